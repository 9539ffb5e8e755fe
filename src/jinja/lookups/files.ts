import { isAbsolute, join } from 'node:path';
import { Unknown, type Value } from '../../values.ts';
import { globFiles } from '../filters/paths.ts';
import { truth } from '../python/compare.ts';
import { Fault, UnknownUse } from '../python/faults.ts';
import { text } from '../python/text.ts';
import type { Lookup, LookupContext } from './context.ts';

const isSet = (options: ReadonlyMap<string, Value>, name: string, otherwise: boolean) =>
  options.has(name) ? truth(options.get(name)!) : otherwise;

/** Lookups that read files of the controller. */
export const fileLookups: Record<string, Lookup> = {
  file: {
    summary: 'The text of files, without spaces at its end.',
    options: ['lstrip', 'rstrip'],
    find: (terms, options, context) =>
      terms.map((term) => {
        const content = context.readFile(locate(text(term), 'files', context));
        const left = isSet(options, 'lstrip', false) ? content.trimStart() : content;
        return isSet(options, 'rstrip', true) ? left.trimEnd() : left;
      }),
  },
  template: {
    summary: 'The text that templates give.',
    options: ['convert_data', 'template_vars', 'jinja2_native', 'trim_blocks', 'lstrip_blocks'],
    find: (terms, options, context) => {
      const given = options.get('template_vars');
      const variables = new Map<string, Value>();
      if (given instanceof Map) for (const [key, value] of given) variables.set(text(key), value);
      return terms.map((term) => {
        const path = locate(text(term), 'templates', context);
        const rendered = context.render(context.readFile(path), path, variables);
        if (rendered instanceof Unknown) throw new UnknownUse(rendered);
        return rendered;
      });
    },
  },
  fileglob: {
    summary: 'The files that shell patterns match, sorted.',
    options: [],
    find: (terms, _options, context) =>
      terms.flatMap((term) => {
        const pattern = text(term);
        if (isAbsolute(pattern)) return globFiles(pattern);
        const slash = pattern.lastIndexOf('/');
        const directory = slash === -1 ? '.' : pattern.slice(0, slash);
        const found = context.findFile(directory, 'files') ?? join(context.basedir, directory);
        return globFiles(join(found, pattern.slice(slash + 1)));
      }),
  },
};

/** The path of a file that must exist. */
export function locate(
  name: string,
  kind: 'files' | 'templates' | 'vars',
  context: LookupContext,
): string {
  const path = context.findFile(name, kind);
  if (path === undefined) throw new Fault(`the file '${name}' was not found`);
  return path;
}
