import { search } from '@jmespath-community/jmespath';
import { fromPlain, toPlain } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';
import { plainInput } from './plain.ts';

export const queryFilters: Record<string, Definition> = {
  json_query: filter('What a JMESPath query finds in the value.', 'expr', (value, [query]) => {
    const expression = text(query!);
    try {
      return fromPlain(search(toPlain(plainInput(value)), expression));
    } catch (error) {
      if (error instanceof Fault || !(error instanceof Error)) throw error;
      throw new Fault(`the query '${expression}' failed: ${error.message}`);
    }
  }),
};
