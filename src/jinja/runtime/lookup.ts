import type { Mapping, Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import { asString } from './arguments.ts';
import { type Definition, shortName } from './definition.ts';

/** `lookup(name, …)`, or `query(name, …)`, which always gives a list. */
export function lookupFunction(summary: string, alwaysList: boolean): Definition {
  return {
    summary,
    parameters: ['plugin', '*terms', '**options'],
    apply: (_self, [plugin, terms, named], machine) => {
      const { lookup } = machine.environment;
      const name = shortName(asString(plugin, 'the name of the lookup'));
      if (!lookup) throw new Fault(`the lookup '${name}' cannot be used here`);
      const options = new Map([...(named as Mapping)].map(([key, value]) => [text(key), value]));
      const wantList = alwaysList || truth(options.get('wantlist') ?? false);
      options.delete('wantlist');
      const found = lookup(name, terms as Value[], options);
      if (wantList) return found;
      if (found.every((item) => typeof item === 'string')) return found.join(',');
      return found.length === 1 ? found[0]! : found;
    },
  };
}
