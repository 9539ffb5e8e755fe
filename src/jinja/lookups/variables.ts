import type { Value } from '../../values.ts';
import { Undefined } from '../../values.ts';
import { Fault, UndefinedUse } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { pythonRegex } from '../python/regex.ts';
import { text } from '../python/text.ts';
import type { Lookup } from './context.ts';

/** Lookups of variables. */
export const variableLookups: Record<string, Lookup> = {
  env: {
    summary: "Variables of the controller's environment; an empty text where there is none.",
    options: ['default'],
    find: (terms, options) =>
      terms.map((term) => process.env[text(term)] ?? givenOr(options.get('default'), '')),
  },
  vars: {
    summary: 'Variables whose names are computed.',
    options: ['default'],
    find: (terms, options, { scope }) =>
      terms.map((term) => {
        const name = text(term);
        const value = scope.get(name);
        if (value !== undefined && !(value instanceof Undefined)) return value;
        const fallback: Value | undefined = options.get('default');
        if (fallback === undefined) throw new UndefinedUse(new Undefined(name));
        return fallback;
      }),
  },
  varnames: {
    summary: 'The names of variables that match regular expressions.',
    options: [],
    find: (terms, _options, { scope }) => {
      const names = [...new Set(scope.names())].sort();
      return terms.flatMap((term) => {
        if (typeof term !== 'string') throw new Fault('the pattern of varnames is a text');
        return names.filter((name) => name.search(pythonRegex(term)) !== -1);
      });
    },
  },
};
