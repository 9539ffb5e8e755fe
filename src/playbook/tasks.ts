import type { Mapping } from '../values.ts';
import { readAction } from './actions.ts';
import { readKeywords } from './common.ts';
import { includeKeywords, keywords } from './keywords.ts';
import { readLoop, variableName } from './loops.ts';
import { placeOf, placeOfKey } from './places.ts';
import type { Condition, Task } from './play.ts';
import type { Scope } from './scope.ts';

/** Reads one task or handler that is no block. Undefined when it has no usable module. */
export function readTask(mapping: Mapping, scope: Scope): Task | undefined {
  const level = scope.handlers ? 'handler' : 'task';
  const common = readKeywords(mapping, level, scope);
  const loop = readLoop(mapping, scope);
  const register = variableName(mapping, 'register', scope);
  const read = readAction(mapping, level, scope);
  if (!read) return undefined;
  const { action } = read;
  if (action.module === 'include_tasks' || action.module === 'include_role') {
    checkIncludeKeywords(mapping, action.module, scope);
  }
  const at = placeOf(mapping, scope.at);
  checkPoll(mapping, scope);
  return {
    ...common,
    ...(read.local && { delegateTo: 'localhost' }),
    kind: 'task',
    id: `${at.file}:${at.line}`,
    action,
    loop,
    register,
    until: (common.until as Condition[] | undefined) ?? [],
    notify: (common.notify as string[] | undefined) ?? [],
    listen: (common.listen as string[] | undefined) ?? [],
    inheritedTags: scope.tags,
    role: scope.role,
    folder: scope.folder,
  };
}

/** A task that nobody waits for has no end that could be told. */
function checkPoll(mapping: Mapping, scope: Scope): void {
  const poll = mapping.get('poll');
  if (!mapping.has('async') || (poll !== 0 && poll !== '0')) return;
  scope.loading.report({
    code: 'unsupported-keyword',
    message: "'poll: 0' leaves the task running in the background, which is not supported",
    at: placeOfKey(mapping, 'poll', scope.at),
    hint: 'Give poll a number of seconds: the task is then waited for, at most as long as async says.',
  });
}

function checkIncludeKeywords(mapping: Mapping, module: string, scope: Scope): void {
  for (const key of mapping.keys()) {
    if (typeof key !== 'string' || includeKeywords.has(key) || key.startsWith('with_')) continue;
    if (!Object.hasOwn(keywords.task, key)) continue;
    scope.loading.report({
      code: 'unknown-keyword',
      message: `'${key}' on ${module} would not reach the tasks that it includes`,
      at: placeOfKey(mapping, key, scope.at),
      hint: `Put it under apply, as an argument of ${module}.`,
    });
  }
}
