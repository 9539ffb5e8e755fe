import type { Mapping, Value } from '../values.ts';
import { readKeywords, reportUnknownKeyword } from './common.ts';
import { readImportRole, readImportTasks } from './imports.ts';
import { keywords } from './keywords.ts';
import { shortName } from './module-names.ts';
import { kindOf, placeOf, placeOfKey, placeOfValue } from './places.ts';
import type { Block, Node, Templated } from './play.ts';
import type { Scope } from './scope.ts';
import { readTask } from './tasks.ts';

/** Reads a list of tasks, blocks and static imports; `keyword` names the list in messages. */
export function readNodes(list: Value | undefined, keyword: string, scope: Scope): Node[] {
  const { loading } = scope;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    loading.report({
      code: 'invalid-keyword',
      message: `'${keyword}' is ${kindOf(list)}`,
      at: placeOf(list, scope.at),
      expected: 'a list of tasks, each beginning with a dash',
    });
    return [];
  }
  return list.flatMap((item, index) => {
    const at = placeOfValue(list, index, scope.at);
    if (item instanceof Map) return readNode(item, { ...scope, at }) ?? [];
    loading.report({
      code: 'playbook-syntax',
      message: `an entry of '${keyword}' is ${kindOf(item)}`,
      at,
      expected: 'a task: a mapping with a module and its arguments',
    });
    return [];
  });
}

function readNode(mapping: Mapping, scope: Scope): Node | undefined {
  if (blockParts.some((part) => mapping.has(part))) return readBlock(mapping, scope);
  const names = [...mapping.keys()].filter((key) => typeof key === 'string').map(shortName);
  if (names.includes('import_tasks')) return readImportTasks(mapping, scope);
  if (names.includes('import_role')) return readImportRole(mapping, scope);
  const task = readTask(mapping, scope);
  if (task?.action.module === 'import_tasks' || task?.action.module === 'import_role') {
    scope.loading.report({
      code: 'unsupported',
      message: `${task.action.module} through 'action' is not supported`,
      at: task.action.at,
      hint: `Write ${task.action.module} as a key of the task.`,
    });
    return undefined;
  }
  return task;
}

const blockParts = ['block', 'rescue', 'always'] as const;

function readBlock(mapping: Mapping, scope: Scope): Block {
  const { loading } = scope;
  const common = readKeywords(mapping, 'block', scope);
  for (const key of mapping.keys()) {
    if (typeof key === 'string' && Object.hasOwn(keywords.block, key)) continue;
    reportUnknownKeyword(loading, 'block', key, placeOfKey(mapping, key, scope.at));
  }
  if (!mapping.has('block')) {
    const part = blockParts.find((name) => mapping.has(name))!;
    loading.report({
      code: 'playbook-syntax',
      message: `'${part}' stands without a block`,
      at: placeOfKey(mapping, part, scope.at),
      expected: `block: with the tasks that ${part} belongs to`,
    });
  }
  const inner = { ...scope, tags: common.tags };
  const part = (name: (typeof blockParts)[number]) =>
    scope.readNodes(mapping.get(name), name, {
      ...inner,
      at: placeOfValue(mapping, name, scope.at),
    });
  return {
    ...common,
    kind: 'block',
    block: part('block'),
    rescue: part('rescue'),
    always: part('always'),
    notify: (common.notify as Templated | undefined) ?? [],
  };
}
