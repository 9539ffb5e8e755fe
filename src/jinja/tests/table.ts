import { text } from '../python/text.ts';
import type { Definition } from '../runtime/definition.ts';
import { collectionTests } from './collections.ts';
import { resultTests } from './results.ts';
import { textTests } from './text.ts';
import { valueTests } from './values.ts';

/** Every test by name. */
export const tests: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ...Object.entries(valueTests),
  ...Object.entries(resultTests),
  ...Object.entries(textTests),
  ...Object.entries(collectionTests),
  [
    'test',
    {
      summary: 'Is the name of a test.',
      parameters: [],
      apply: (value) => tests.has(text(value)),
    },
  ],
]);
