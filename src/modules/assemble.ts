import { Type } from 'typebox';
import { type ContentState, content } from '../observe/content.ts';
import type { Observations } from '../observe/observation.ts';
import { type TreeState, tree } from '../observe/tree.ts';
import { compilePython, searchFrom } from '../regex.ts';
import { validateProblem } from './atomic-write.ts';
import { defineModule } from './contract.ts';
import { fileOfBytes, type LocalDirectory, readSource } from './copy-source.ts';
import { attributeArguments, attributeProblems } from './file-attributes.ts';
import { decideFile } from './file-decision.ts';
import { resolveTarget, targetObservations, targetRefinement } from './file-target.ts';
import { joinPath } from './file-touches.ts';
import { patternProblem } from './line-edit.ts';

/** The fragments by name, where they are on the controller. */
interface Prepared {
  readonly local?: LocalDirectory;
}

export const assemble = defineModule({
  name: 'assemble',
  summary: 'Joins the files of a folder, in the order of their names, into one.',
  args: Type.Object({
    src: Type.String({ description: 'Folder of the fragments.' }),
    dest: Type.String({ description: 'The file that they make.' }),
    ...attributeArguments,
    delimiter: Type.Optional(Type.String({ description: 'A line between fragments.' })),
    regexp: Type.Optional(Type.String({ description: 'Only fragments with such names.' })),
    ignore_hidden: Type.Boolean({
      description: 'Leave out names that start with a dot.',
      default: false,
    }),
    remote_src: Type.Boolean({ description: 'The folder is on the host.', default: true }),
    backup: Type.Boolean({ description: 'Keep the old file under a dated name.', default: false }),
    validate: Type.Optional(
      Type.String({
        description: 'Command that checks the new file (%s) before it is put in place.',
      }),
    ),
  }),
  examples: [
    '- name: One file of many\n  assemble:\n    src: /etc/app/conf.d\n    dest: /etc/app/app.conf',
  ],
  returns: {
    checksum: 'SHA-1 of the content.',
    src: 'The folder.',
    dest: 'The file.',
    backup_file: 'Name of the backup, when one was made.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    const validate = given.validate === undefined ? undefined : validateProblem(given.validate);
    const regexp = given.regexp === undefined ? undefined : patternProblem(given.regexp, {});
    return [...problems, ...(validate ? [validate] : []), ...(regexp ? [regexp] : [])];
  },
  prepare: async (given, controller): Promise<Prepared> => {
    if (given.remote_src) return {};
    const folder = await controller.findFile(given.src, 'files');
    const source = await readSource(folder, controller, { decrypt: true, follow: true });
    return source.kind === 'directory' ? { local: source } : {};
  },
  observe: (given): Observations => ({
    ...targetObservations({ dest: given.dest }),
    ...(given.remote_src && { fragments: tree(given.src, { depth: 1, follow: true }) }),
  }),
  refine: (given, observed: Record<string, unknown>): Observations => {
    const observations: Observations = {
      ...targetRefinement({ dest: given.dest }, undefined, observed),
    };
    if (!given.remote_src) return observations;
    for (const [index, name] of fragmentNames(given, observed).entries()) {
      observations[`fragment${index}`] = content(joinPath(given.src, name));
    }
    return observations;
  },
  decide: (given, observed: Record<string, unknown>) => {
    const parts = fragmentsOf(given, observed);
    if ('problem' in parts) return { kind: 'failed', message: parts.problem };
    const target = resolveTarget({ dest: given.dest }, observed);
    if ('problem' in target) return { kind: 'failed', message: target.problem };
    const file = fileOfBytes(joinFragments(parts.list, given.delimiter));
    const { mode, owner, group, backup, validate } = given;
    return decideFile(
      target,
      { ...file, attributes: { mode, owner, group }, backup, validate },
      { src: given.src, dest: given.dest, checksum: file.sha1, msg: 'OK' },
    );
  },
});

interface Selection {
  readonly src: string;
  readonly regexp?: string;
  readonly ignore_hidden: boolean;
  readonly remote_src: boolean;
}

/** A newline is put between fragments that do not end with one, and after a delimiter without one. */
export function joinFragments(fragments: readonly Buffer[], delimiter: string | undefined): Buffer {
  const parts: Buffer[] = [];
  const line = delimiter === undefined ? '' : unescapeText(delimiter);
  for (const [index, fragment] of fragments.entries()) {
    if (index > 0) {
      if (fragments[index - 1]!.at(-1) !== 10) parts.push(Buffer.from('\n'));
      if (line !== '') parts.push(Buffer.from(line.endsWith('\n') ? line : `${line}\n`));
    }
    parts.push(fragment);
  }
  return Buffer.concat(parts);
}

function fragmentNames(given: Selection, observed: { readonly [name: string]: unknown }): string[] {
  const below = observed.fragments as TreeState;
  return selectNames(
    given,
    below.entries.filter((entry) => entry.type === 'file').map((entry) => entry.name),
  );
}

function selectNames(given: Selection, names: readonly string[]): string[] {
  const regex = given.regexp === undefined ? undefined : compilePython(given.regexp);
  return names
    .filter((name) => !regex || searchFrom(regex, name) !== undefined)
    .filter((name) => !given.ignore_hidden || !name.startsWith('.'))
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

function fragmentsOf(
  given: Selection & Prepared,
  observed: { readonly [name: string]: unknown },
): { readonly list: Buffer[] } | { readonly problem: string } {
  if (!given.remote_src) {
    const local = given.local;
    if (!local) return { problem: `Source (${given.src}) is not a directory` };
    const files = new Map(
      local.entries.flatMap((entry) =>
        entry.type === 'file' && !entry.name.includes('/') && entry.file.bytes
          ? [[entry.name, entry.file.bytes] as const]
          : [],
      ),
    );
    return { list: selectNames(given, [...files.keys()]).map((name) => files.get(name)!) };
  }
  const below = observed.fragments as TreeState;
  if (!below.exists) return { problem: `Source (${given.src}) is not a directory` };
  const list: Buffer[] = [];
  for (const [index, name] of fragmentNames(given, observed).entries()) {
    const state = observed[`fragment${index}`] as ContentState;
    if (!state.bytes)
      return { problem: `the fragment ${joinPath(given.src, name)} is ${state.why}` };
    list.push(state.bytes);
  }
  return { list };
}

function unescapeText(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
  return text.replace(/\\([ntr\\])/g, (_whole, letter: string) => escapes[letter]!);
}
