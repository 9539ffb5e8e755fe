import { join } from 'node:path';
import type { Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { flattenAll } from '../python/flatten.ts';
import { text } from '../python/text.ts';
import type { Lookup } from './context.ts';

/** `first_found`: names as terms, or `files`, `paths` and `skip` as options or in a dict. */
export const firstFound: Lookup = {
  summary: 'The path of the first file that exists.',
  options: ['files', 'paths', 'skip'],
  find: (terms, options, context) => {
    const searches = searchesOf(terms, options);
    const names = searches.flatMap(({ names: own }) => own);
    for (const name of names) {
      const found =
        context.findFile(name, 'files') ??
        context.findFile(name, 'templates') ??
        context.findFile(name, 'vars');
      if (found !== undefined) return [found];
    }
    if (searches.some(({ skip }) => skip)) return [];
    throw new Fault(`none of these files was found: ${names.join(', ')}`);
  },
};

interface Search {
  readonly names: readonly string[];
  readonly skip: boolean;
}

function searchesOf(terms: readonly Value[], options: ReadonlyMap<string, Value>): Search[] {
  const flat = flattenAll(terms);
  const plain = flat.filter((term) => !(term instanceof Map)).map(text);
  const own = new Map<string, Value>(options);
  if (plain.length > 0 && !own.has('files')) own.set('files', plain);
  const searches = own.size > 0 ? [search(own)] : [];
  for (const term of flat) {
    if (!(term instanceof Map)) continue;
    searches.push(search(new Map([...term].map(([key, value]) => [text(key), value]))));
  }
  return searches;
}

function search(options: ReadonlyMap<string, Value>): Search {
  const files = names(options.get('files'));
  const paths = names(options.get('paths'));
  const skip = options.get('skip');
  const joined = paths.flatMap((path) => files.map((file) => join(path, file)));
  const given = files.length === 0 ? paths : paths.length === 0 ? files : joined;
  return { names: given, skip: skip !== undefined && truth(skip) };
}

/** A list of names, or one text that separates them by commas, semicolons or colons. */
function names(value: Value | undefined): string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? flattenAll(value).map(text) : text(value).split(/[,;:]/);
  return list.map((name) => name.trim()).filter((name) => name !== '');
}
