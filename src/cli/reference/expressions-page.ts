import { filters } from '../../jinja/filters/table.ts';
import { lookups } from '../../jinja/lookups/table.ts';
import { tests } from '../../jinja/tests/table.ts';
import { code, table } from './markdown.ts';

/** Filters, tests and lookups. */
export function expressionsPage(): string[] {
  return [
    '# Filters, tests and lookups',
    '',
    'A parameter with `?` may be left out; `*` takes any number, `**` any named ones.',
    ...part('Filters', filters),
    ...part('Tests', tests),
    ...part('Lookups', lookups),
  ];
}

interface Described {
  readonly summary: string;
  readonly parameters?: readonly string[];
  readonly options?: readonly string[];
}

function part(title: string, entries: ReadonlyMap<string, Described>): string[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = sorted.map(([name, { summary, parameters, options = [] }]) => [
    code(name),
    (parameters ?? options.map((option) => `${option}?`)).map(code).join(', '),
    summary,
  ]);
  return ['', `## ${title}`, '', ...table(['name', 'parameters', ''], rows)];
}
