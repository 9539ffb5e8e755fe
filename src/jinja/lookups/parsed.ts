import type { Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import type { Lookup, LookupContext } from './context.ts';
import { locate } from './files.ts';
import { termArguments } from './lists.ts';

/** Lookups of single values in files with a structure. */
export const parsedLookups: Record<string, Lookup> = {
  ini: {
    summary: 'The value of a key in an INI or properties file.',
    options: [
      'file',
      'section',
      'type',
      'default',
      're',
      'encoding',
      'case_sensitive',
      'allow_none',
    ],
    find: (terms, options, context) =>
      terms.map((term) => {
        const { words, named } = termArguments(term);
        const option = (name: string, otherwise: string) =>
          named.get(name) ?? (options.has(name) ? text(options.get(name)!) : otherwise);
        const content = context.readFile(locate(option('file', 'ansible.ini'), 'files', context));
        const isProperties = option('type', 'ini') === 'properties';
        const section = isProperties ? '' : option('section', 'global');
        const value = iniSections(content).get(section)?.get(words.toLowerCase());
        return value ?? option('default', '');
      }),
  },
  csvfile: {
    summary: 'The value in a column of the row that begins with a key.',
    options: ['file', 'col', 'delimiter', 'default', 'encoding', 'keycol'],
    find: (terms, options, context) => terms.flatMap((term) => csvValue(term, options, context)),
  },
};

function iniSections(content: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  sections.set('', current);
  for (const line of content.split('\n')) {
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    if (header) {
      current = sections.get(header[1]!) ?? new Map();
      sections.set(header[1]!, current);
      continue;
    }
    const pair = /^\s*([^#;=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (pair) current.set(pair[1]!.toLowerCase(), pair[2]!);
  }
  return sections;
}

function csvValue(
  term: Value,
  options: ReadonlyMap<string, Value>,
  context: LookupContext,
): Value[] {
  const { words, named } = termArguments(term);
  const option = (name: string, otherwise: string) =>
    named.get(name) ?? (options.has(name) ? text(options.get(name)!) : otherwise);
  const delimiter = option('delimiter', 'TAB').replace(/^(?:TAB|\\t|t)$/, '\t');
  const column = Number(option('col', '1'));
  const keyColumn = Number(option('keycol', '0'));
  const content = context.readFile(locate(option('file', 'ansible.csv'), 'files', context));
  const row = csvRows(content, delimiter).find((cells) => cells[keyColumn] === words);
  if (row) {
    const cell = row[column];
    if (cell === undefined) throw new Fault(`the row of '${words}' has no column ${column}`);
    return [cell];
  }
  const fallback = named.get('default') ?? options.get('default');
  return fallback === undefined ? [] : [fallback];
}

function csvRows(content: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < content.length; at++) {
    const character = content[at]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (content[at + 1] === '"') cell += content[++at];
      else quoted = false;
    } else if (character === '"' && cell === '') {
      quoted = true;
    } else if (character === delimiter || character === '\n') {
      row.push(cell);
      cell = '';
      if (character === '\n') {
        rows.push(row);
        row = [];
      }
    } else if (character !== '\r') {
      cell += character;
    }
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
