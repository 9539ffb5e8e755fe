import { type Problem, RolecallError } from '../../src/errors.ts';
import type { KnownModule, PlaybookContext } from '../../src/playbook/context.ts';
import { memoryFiles } from '../../src/playbook/files.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { Node, Play, Task } from '../../src/playbook/play.ts';
import type { Mapping } from '../../src/values.ts';

const plain =
  'add_host apt apt_repository assert authorized_key blockinfile copy cron debug fail fetch file ' +
  'find get_url getent group group_by hostname lineinfile package pause ping reboot replace service ' +
  'set_fact setup slurp stat sysctl systemd template unarchive uri user wait_for wait_for_connection';
const free = 'command shell raw script';

export const knownModules: ReadonlyMap<string, KnownModule> = new Map<string, KnownModule>([
  ...plain.split(' ').map((name): [string, KnownModule] => [name, {}]),
  ...free
    .split(' ')
    .map((name): [string, KnownModule] => [
      name,
      { freeForm: 'cmd', argNames: ['creates', 'removes', 'chdir', 'executable'] },
    ]),
  ['meta', { freeForm: 'free_form' }],
  ['include_vars', { freeForm: 'file' }],
]);

/** A context over files in memory; paths without a leading slash are below /pb. */
export function contextOf(
  texts: Readonly<Record<string, string>>,
  extraVars: Mapping = new Map(),
): PlaybookContext {
  const entries = Object.entries(texts).map(([path, text]) => [
    path.startsWith('/') ? path : `/pb/${path}`,
    text,
  ]);
  return {
    rolesPath: ['/lib/roles'],
    knownModules,
    extraVars,
    files: memoryFiles(Object.fromEntries(entries)),
  };
}

/** Plays of /pb/site.yml. */
export function loadPlays(
  texts: Readonly<Record<string, string>> | string,
  extraVars?: Mapping,
): readonly Play[] {
  const files = typeof texts === 'string' ? { 'site.yml': texts } : texts;
  return loadPlaybook('/pb/site.yml', contextOf(files, extraVars)).plays;
}

/** Nodes of one play with the given tasks, written without indentation. */
export function loadTasks(tasks: string, more: Readonly<Record<string, string>> = {}): Node[] {
  const text = `- hosts: all\n  tasks:\n${indent(tasks)}`;
  return [...loadPlays({ 'site.yml': text, ...more })[0]!.tasks];
}

export function loadTask(text: string): Task {
  return loadTasks(text)[0] as Task;
}

/** The problems of loading, [] when there are none. */
export function problemsOf(load: () => unknown): readonly Problem[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof RolecallError) return error.problems;
    throw error;
  }
}

export function indent(text: string, by = 4): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

/** Tasks of nodes, blocks opened in the order block, rescue, always. */
export function flatten(nodes: readonly Node[]): Task[] {
  return nodes.flatMap((node) =>
    node.kind === 'task'
      ? [node]
      : [...flatten(node.block), ...flatten(node.rescue), ...flatten(node.always)],
  );
}
