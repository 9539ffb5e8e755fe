import { nearestName, RolecallError } from '../../errors.ts';
import type { Value } from '../../values.ts';
import { Fault, UndefinedUse, UnknownUse } from '../python/faults.ts';
import { text } from '../python/text.ts';
import type { Lookup, LookupContext } from './context.ts';
import { fileLookups } from './files.ts';
import { firstFound } from './first-found.ts';
import { listLookups } from './lists.ts';
import { parsedLookups } from './parsed.ts';
import { password } from './password.ts';
import { processLookups } from './processes.ts';
import { sequence } from './sequence.ts';
import { variableLookups } from './variables.ts';

/** Every lookup by name. */
export const lookups: ReadonlyMap<string, Lookup> = new Map<string, Lookup>([
  ...Object.entries(listLookups),
  ...Object.entries(fileLookups),
  ...Object.entries(variableLookups),
  ...Object.entries(parsedLookups),
  ...Object.entries(processLookups),
  ['first_found', firstFound],
  ['password', password],
  ['sequence', sequence],
]);

/**
 * The `lookup` of an Environment.
 *
 * @example const environment = { scope, lookup: createLookup(context) };
 */
export function createLookup(
  context: LookupContext,
): (name: string, terms: Value[], options: Map<string, Value>) => Value[] {
  return (name, terms, options) => {
    const lookup = lookups.get(name);
    if (!lookup) throw new Fault(`there is no lookup '${name}'`, nearestName(name, lookups.keys()));
    const given = new Map(options);
    const errors = text(given.get('errors') ?? 'strict');
    given.delete('errors');
    for (const option of given.keys()) {
      if (lookup.options.includes(option)) continue;
      throw new Fault(
        `the lookup '${name}' has no option '${option}'`,
        nearestName(option, lookup.options),
      );
    }
    if (lookup.impure && context.speculative) {
      throw new Fault(
        `the lookup '${name}' acts or gives another result each time, so it cannot be tried in advance`,
      );
    }
    try {
      return lookup.find(terms, given, context);
    } catch (error) {
      return recovered(error, name, errors, context);
    }
  };
}

function recovered(error: unknown, name: string, errors: string, context: LookupContext): Value[] {
  if (error instanceof UnknownUse || error instanceof UndefinedUse || !(error instanceof Error))
    throw error;
  if (errors === 'ignore') return [];
  if (errors === 'warn') {
    context.warn?.(`the lookup '${name}' failed: ${error.message}`);
    return [];
  }
  if (error instanceof Fault || error instanceof RolecallError) throw error;
  throw new Fault(`the lookup '${name}' failed: ${error.message}`);
}
