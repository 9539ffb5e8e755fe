import { filters } from './filters/table.ts';
import { lookups } from './lookups/table.ts';
import { globals } from './runtime/globals.ts';
import { tests } from './tests/table.ts';

/** A name that templates can use, for generated documentation. */
export interface ReferenceEntry {
  readonly name: string;
  readonly summary: string;
}

export function filterNames(): ReferenceEntry[] {
  return entries(filters);
}

export function testNames(): ReferenceEntry[] {
  return entries(tests);
}

export function lookupNames(): ReferenceEntry[] {
  return entries(lookups);
}

export function functionNames(): ReferenceEntry[] {
  return entries(globals);
}

function entries(table: ReadonlyMap<string, { readonly summary: string }>): ReferenceEntry[] {
  return [...table]
    .map(([name, { summary }]) => ({ name, summary }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
