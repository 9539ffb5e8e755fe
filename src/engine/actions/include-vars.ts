import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Type } from 'typebox';
import type { Mapping, Value } from '../../values.ts';
import { carrySecret, holdsSecrets, markSecret } from '../../yaml/secrets.ts';
import { ok } from '../outcome.ts';
import { findFile } from '../search.ts';
import type { ActionCall, EngineAction } from './action.ts';

export const includeVars: EngineAction = {
  name: 'include_vars',
  summary: 'Reads variables from a file or a folder of files.',
  args: Type.Object({
    file: Type.Optional(Type.String({ description: 'The file, searched in vars/ first.' })),
    dir: Type.Optional(Type.String({ description: 'A folder whose files are read in order.' })),
    name: Type.Optional(
      Type.String({ description: 'Variable that takes all of them as a mapping.' }),
    ),
    depth: Type.Optional(
      Type.Integer({ description: 'How deep folders are read; 0 = all.', default: 0 }),
    ),
    files_matching: Type.Optional(
      Type.String({ description: 'Regular expression for file names.' }),
    ),
    ignore_files: Type.Optional(
      Type.Array(Type.String(), { description: 'File names to leave out.' }),
    ),
    extensions: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Endings to read.',
        default: ['yaml', 'yml', 'json'],
      }),
    ),
  }),
  aliases: {},
  freeForm: 'file',
  examples: ["- include_vars: '{{ ansible_distribution | lower }}.yml'"],
  returns: { ansible_included_var_files: 'The files that were read.' },
  check: (args) => (args.file === undefined && args.dir === undefined ? ['give file or dir'] : []),
  run(call) {
    const files = call.args.file !== undefined ? [single(call)] : folder(call);
    const merged: Mapping = new Map();
    for (const file of files) {
      const values = call.readVars(file);
      for (const [key, value] of values) {
        merged.set(key, value);
        carrySecret(values, key, merged);
      }
    }
    const { name } = call.args;
    const found: Mapping =
      name === undefined ? merged : new Map<Value, Value>([[String(name), merged]]);
    if (found !== merged && holdsSecrets(merged)) markSecret(found);
    for (const [key, value] of found) {
      call.host.includedVars.set(key, value);
      carrySecret(found, key, call.host.includedVars);
    }
    call.host.version++;
    return ok(`read ${files.join(', ')}`, new Map([['ansible_included_var_files', files]]));
  },
};

function single(call: ActionCall): string {
  return findFile(String(call.args.file), 'vars', call.place, call.task.action.at);
}

function folder(call: ActionCall): string[] {
  const { args } = call;
  const top = findFile(String(args.dir), 'vars', call.place, call.task.action.at);
  const matching =
    args.files_matching === undefined ? undefined : new RegExp(String(args.files_matching));
  const ignored = (args.ignore_files as string[] | undefined) ?? [];
  const endings = args.extensions as string[];
  const depth = Number(args.depth);
  const walk = (path: string, level: number): string[] =>
    readdirSync(path, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const inner = join(path, entry.name);
        if (entry.isDirectory()) return depth === 0 || level < depth ? walk(inner, level + 1) : [];
        const fits = endings.some((ending) => entry.name.endsWith(`.${ending}`));
        if (!fits || ignored.includes(basename(inner))) return [];
        return matching && !matching.test(entry.name) ? [] : [inner];
      });
  return walk(top, 1);
}
