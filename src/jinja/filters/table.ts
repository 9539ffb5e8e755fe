import type { Definition } from '../runtime/definition.ts';
import { basicFilters } from './basics.ts';

/** Every filter by name. */
export const filters: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ...Object.entries(basicFilters),
]);
