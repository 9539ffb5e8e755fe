import type { Definition } from '../runtime/definition.ts';
import { valueTests } from './values.ts';

/** Every test by name. */
export const tests: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ...Object.entries(valueTests),
]);
