import { resolve } from 'node:path';
import { diskFiles, type SourceFiles } from '../playbook/files.ts';

/** The name under which errors point at the play that `exec` makes. */
export const oneTaskFile = resolve('exec');

/** A playbook with one task: what `exec PATTERN -m MODULE -a ARGS` means. JSON is YAML too. */
export function oneTask(pattern: string, module: string, args: string | undefined): string {
  return JSON.stringify([
    {
      name: 'exec',
      hosts: pattern,
      gather_facts: false,
      tasks: [{ name: module, [module]: argumentsOf(args) }],
    },
  ]);
}

/** The disk with that playbook in it. */
export function filesWith(text: string): SourceFiles {
  return {
    ...diskFiles,
    read: (path) => (path === oneTaskFile ? text : diskFiles.read(path)),
    kind: (path) => (path === oneTaskFile ? 'file' : diskFiles.kind(path)),
  };
}

function argumentsOf(args: string | undefined): unknown {
  if (args === undefined) return null;
  if (!args.trimStart().startsWith('{')) return args;
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
}
