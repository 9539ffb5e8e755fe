import type { EngineAction } from '../engine/actions/action.ts';
import { engineAction } from '../engine/actions/registry.ts';
import { type Problem, RolecallError } from '../errors.ts';
import { loaderActions } from '../playbook/module-names.ts';
import type { Node, Play, Task } from '../playbook/play.ts';
import { type ArgumentSchema, checkArguments } from '../schema/check.ts';
import { type Plain, toPlain, type Value } from '../values.ts';
import { positionOfKey, positionOfValue } from '../yaml/positions.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { loadRun } from './load-run.ts';
import { loadModule } from './modules.ts';

/** Checks playbooks without running anything; throws one error with every problem found. */
export async function lintPlaybooks(
  files: readonly string[],
  options: InventoryOptions,
): Promise<{ readonly playbooks: number; readonly tasks: number }> {
  const { playbooks } = await loadRun(files, options, { allowScripts: false });
  const tasks = new Set(playbooks.flatMap(({ plays }) => plays.flatMap(tasksOf)));
  const problems: Problem[] = [];
  for (const task of tasks) problems.push(...(await argumentProblems(task)));
  if (problems.length > 0) throw new RolecallError(withoutRepetition(problems));
  return { playbooks: files.length, tasks: tasks.size };
}

type Callable = ArgumentSchema & Pick<EngineAction, 'freeForm' | 'open' | 'raw'>;

async function argumentProblems(task: Task): Promise<readonly Problem[]> {
  const { module, args, at } = task.action;
  const callable: Callable | undefined = engineAction(module) ?? (await loadModule(module));
  if (!callable || loaderActions.has(module) || !(args instanceof Map)) return [];
  const values: { [key: string]: Plain } = Object.create(null);
  const later = new Set<string>();
  for (const [key, value] of args) {
    const written = String(key);
    const name = written === '_raw_params' && callable.freeForm ? callable.freeForm : written;
    const known = (callable.aliases[name] ?? name) in callable.args.properties;
    if (callable.open && !known) continue;
    const raw = callable.raw?.includes(callable.aliases[name] ?? name) ?? false;
    const literal = raw || hasTemplates(value) ? undefined : plainOf(value);
    if (literal === undefined) later.add(name);
    values[name] = literal ?? null;
  }
  const place = (name?: string) =>
    (name !== undefined && (positionOfKey(args, name) ?? positionOfValue(args, name))) || at;
  return checkArguments(callable, { values, later, at: place }).problems;
}

function tasksOf(play: Play): Task[] {
  const { preTasks, roles, tasks, postTasks, handlers } = play;
  return [...preTasks, ...roles, ...tasks, ...postTasks, ...handlers].flatMap(flatten);
}

function flatten(node: Node): Task[] {
  if (node.kind === 'task') return [node];
  return [...node.block, ...node.rescue, ...node.always].flatMap(flatten);
}

function hasTemplates(value: Value): boolean {
  if (typeof value === 'string') return value.includes('{{') || value.includes('{%');
  if (Array.isArray(value)) return value.some(hasTemplates);
  if (value instanceof Map) return [...value].some((pair) => pair.some(hasTemplates));
  return false;
}

/** Undefined for what is no plain data before the run: vault values and the like. */
function plainOf(value: Value): Plain | undefined {
  try {
    return toPlain(value);
  } catch {
    return undefined;
  }
}

/** A role that several plays use is read several times; its problems are told once. */
function withoutRepetition(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
