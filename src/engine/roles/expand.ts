import type { Block, Condition, Node, Task } from '../../playbook/play.ts';
import type { BlockOptions, RoleBlock, RoleNode, RoleTask, TaskOptions } from '../../roles/task.ts';
import { Expression } from '../../roles/task.ts';
import { asFinal, fromPlain, type Mapping, type Value } from '../../values.ts';

/** The nodes of one host, or its handlers by name. */
export interface HostNodes<T> {
  readonly host: string;
  readonly nodes: T;
}

/** What all tasks of a role share. */
export interface Surroundings {
  /** The task that stands for the role. */
  readonly task: Task;
  /** Where handlers of this use of the role are listened for. */
  topic(handler: string): string;
}

/**
 * The tasks of all hosts as one list in order: what has the same name and keywords on several hosts is
 * one task, which each of them runs with its own arguments.
 */
export function mergeNodes(
  lists: readonly HostNodes<readonly RoleNode[]>[],
  surroundings: Surroundings,
  outer: BlockOptions = {},
): Node[] {
  const merged: { readonly key: string; readonly members: HostNodes<RoleNode>[] }[] = [];
  for (const { host, nodes } of lists) {
    let position = 0;
    const met = new Map<string, number>();
    for (const node of nodes) {
      const name = keyOf(node);
      const count = met.get(name) ?? 0;
      met.set(name, count + 1);
      const key = `${name}#${count}`;
      const found = merged.findIndex((entry) => entry.key === key);
      if (found === -1) {
        merged.splice(position, 0, { key, members: [{ host, nodes: node }] });
        position++;
      } else {
        merged[found]!.members.push({ host, nodes: node });
        position = Math.max(position, found + 1);
      }
    }
  }
  return merged.map(({ members }) => mergeMembers(members, surroundings, outer));
}

/** The handlers of all hosts, each listening to its own topic. */
export function mergeHandlers(
  lists: readonly HostNodes<Readonly<Record<string, RoleTask>>>[],
  surroundings: Surroundings,
): Task[] {
  const names = new Set(lists.flatMap(({ nodes }) => Object.keys(nodes)));
  return [...names].map((name) => {
    const members = lists.flatMap(({ host, nodes }) =>
      nodes[name] ? [{ host, nodes: nodes[name] }] : [],
    );
    const task = mergeTasks(members, surroundings, {});
    return { ...task, listen: [surroundings.topic(name)] };
  });
}

function keyOf(node: RoleNode): string {
  const { brings: _brings, ...options } = node.options as TaskOptions;
  const name = node.kind === 'task' ? `${node.name}\0${moduleName(node)}` : 'block';
  return `${name}\0${JSON.stringify(options)}`;
}

function mergeMembers(
  members: readonly HostNodes<RoleNode>[],
  surroundings: Surroundings,
  outer: BlockOptions,
): Node {
  if (members[0]!.nodes.kind === 'task') {
    return mergeTasks(members as HostNodes<RoleTask>[], surroundings, outer);
  }
  const blocks = members as HostNodes<RoleBlock>[];
  const { options, at } = blocks[0]!.nodes;
  const inner = { tags: [...(outer.tags ?? []), ...(options.tags ?? [])] };
  const part = (pick: (block: RoleBlock) => readonly RoleNode[]) =>
    mergeNodes(
      blocks.map(({ host, nodes }) => ({ host, nodes: pick(nodes) })),
      surroundings,
      inner,
    );
  return {
    ...commonOf(options, surroundings.task, at, inner.tags),
    kind: 'block',
    block: part((one) => one.block),
    rescue: part((one) => one.rescue),
    always: part((one) => one.always),
    notify: [],
  } satisfies Block;
}

function mergeTasks(
  members: readonly HostNodes<RoleTask>[],
  surroundings: Surroundings,
  outer: BlockOptions,
): Task {
  const tasks = new Map(
    members.map(({ host, nodes }) => [host, engineTask(nodes, surroundings, outer)]),
  );
  return { ...tasks.get(members[0]!.host)!, perHost: tasks };
}

function engineTask(
  { name, module, args, options, at }: RoleTask,
  { task: use, topic }: Surroundings,
  outer: BlockOptions,
): Task {
  const isOwn = typeof module !== 'string';
  const tags = [...(outer.tags ?? []), ...(options.tags ?? [])];
  const handlers = options.notify === undefined ? [] : [options.notify].flat();
  return {
    ...commonOf(options, use, at, tags),
    kind: 'task',
    id: `${use.id}: ${name}`,
    name,
    action: {
      written: isOwn ? module.name : module,
      module: isOwn ? module.name : module,
      args: argumentsOf(args, name),
      at,
      ...(isOwn && { definition: module }),
    },
    until: conditions(options.until, at),
    ...(options.retries !== undefined && { retries: options.retries }),
    ...(options.delay !== undefined && { delay: options.delay }),
    ...(options.register !== undefined && { register: options.register }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.throttle !== undefined && { throttle: options.throttle }),
    ...(options.changedWhen !== undefined && {
      changedWhen: [{ source: options.changedWhen, at }],
    }),
    ...(options.failedWhen !== undefined && { failedWhen: [{ source: options.failedWhen, at }] }),
    ...(options.brings && { brings: options.brings }),
    ...(options.ours && { ours: true }),
    notify: handlers.map(({ handler }) => topic(handler)),
    listen: [],
    role: use.role!,
    folder: use.folder,
  };
}

function commonOf(options: BlockOptions, use: Task, at: Task['at'], tags: readonly string[]) {
  return {
    at,
    tags: [...new Set([...use.tags, ...tags])],
    when: conditions(options.when, at),
    environment: options.environment ? [fromPlain(options.environment)] : [],
    moduleDefaults: [],
    ...(options.become !== undefined && { become: options.become }),
    ...(options.becomeUser !== undefined && { become: true, becomeUser: options.becomeUser }),
    ...(options.delegateTo !== undefined && { delegateTo: options.delegateTo }),
    ...(options.runOnce !== undefined && { runOnce: options.runOnce }),
    ...(options.noLog !== undefined && { noLog: options.noLog }),
    ...(options.ignoreErrors !== undefined && { ignoreErrors: options.ignoreErrors }),
    ...(options.checkMode !== undefined && { checkMode: options.checkMode }),
  };
}

function conditions(
  given: string | readonly string[] | undefined,
  at: Task['at'],
): readonly Condition[] {
  return given === undefined ? [] : [given].flat().map((source) => ({ source, at }));
}

/** Text is taken as it is; only expressions are evaluated. */
function argumentsOf(args: RoleTask['args'], task: string): Mapping {
  const values: Mapping = new Map();
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) values.set(name, literalOf(value, task));
  }
  return values;
}

function literalOf(value: unknown, task: string): Value {
  if (value instanceof Expression) return `{{ ${value.source} }}`;
  if (Array.isArray(value)) return value.map((item) => literalOf(item, task));
  if (typeof value === 'function') throw new TypeError(`an argument of '${task}' is a function`);
  if (
    value !== null &&
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return new Map(entries.map(([key, item]): [Value, Value] => [key, literalOf(item, task)]));
  }
  return asFinal(fromPlain(value));
}

function moduleName({ module }: RoleTask): string {
  return typeof module === 'string' ? module : module.name;
}
