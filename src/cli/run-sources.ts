import { dirname, join, resolve } from 'node:path';
import { inventoryFolders } from '../inventory/load.ts';
import { diskFiles, type SourceFiles } from '../playbook/files.ts';
import type { Node } from '../playbook/play.ts';
import type { LoadedRun } from './load-run.ts';

/** The disk, with a record of what was read of it. */
export interface RecordedFiles {
  readonly files: SourceFiles;
  readonly read: ReadonlySet<string>;
}

export function recordedFiles(): RecordedFiles {
  const read = new Set<string>();
  const files: SourceFiles = {
    ...diskFiles,
    read: (path) => {
      read.add(resolve(path));
      return diskFiles.read(path);
    },
  };
  return { files, read };
}

/**
 * Files and folders that a run rests on: inventory and playbooks with the variables, templates and files
 * beside them, every file that was read, and the whole of each role.
 */
export function sourcePaths(
  loaded: LoadedRun,
  read: ReadonlySet<string>,
  extraVars: readonly string[] = [],
): readonly string[] {
  const plays = loaded.playbooks.flatMap((playbook) => playbook.plays);
  const roles = plays.flatMap((play) => [
    ...play.roleScopes.map(({ path }) => path),
    ...[...play.roles, ...play.preTasks, ...play.tasks, ...play.postTasks].flatMap(rolesIn),
  ]);
  const { sources } = loaded.inventory;
  const files = sources.filter((source) => !source.includes(',')).map((source) => resolve(source));
  const varsFiles = extraVars
    .filter((text) => text.startsWith('@'))
    .map((text) => resolve(text.slice(1)));
  return [
    ...files,
    ...inventoryFolders(sources).flatMap((folder) => inFolder(folder, varsFolders)),
    ...plays.flatMap(({ folder }) => inFolder(folder, playbookFolders)),
    ...roles,
    ...[...read].map((file) => roleOf(file) ?? file),
    ...varsFiles,
  ];
}

const varsFolders = ['group_vars', 'host_vars'];
const playbookFolders = [...varsFolders, 'vars', 'tasks', 'handlers', 'templates', 'files'];

function inFolder(folder: string, names: readonly string[]): string[] {
  return names.map((name) => join(folder, name));
}

function rolesIn(node: Node): string[] {
  if (node.kind === 'block') {
    const inner = [...node.block, ...node.rescue, ...node.always].flatMap(rolesIn);
    return node.role ? [node.role.path, ...inner] : inner;
  }
  const typed = node.typedRole ? [dirname(node.typedRole.module)] : [];
  return node.role ? [node.role.path, ...typed] : typed;
}

/** The folder of the role that a file belongs to, by where it lies. */
function roleOf(file: string): string | undefined {
  return /^(.*\/roles\/[^/]+)\/(?:tasks|handlers|defaults|vars|meta)\//.exec(file)?.[1];
}
