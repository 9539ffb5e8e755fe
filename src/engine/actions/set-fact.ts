import { Type } from 'typebox';
import { type Mapping, Unknown } from '../../values.ts';
import { failed, ok } from '../outcome.ts';
import { isTrue } from '../target.ts';
import type { EngineAction } from './action.ts';

export const setFact: EngineAction = {
  name: 'set_fact',
  summary: 'Sets variables for a host for the rest of the run.',
  args: Type.Object({
    cacheable: Type.Optional(
      Type.Boolean({ description: 'Taken and ignored: there is no fact cache.' }),
    ),
  }),
  aliases: {},
  freeForm: undefined,
  open: true,
  examples: ['- set_fact:\n    release: \'{{ lookup("file", "VERSION") }}\''],
  returns: { ansible_facts: 'The variables that were set.' },
  run({ values }) {
    const facts: Mapping = new Map(values);
    facts.delete('cacheable');
    const wrong = [...facts.keys()].find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(String(name)));
    if (wrong !== undefined) return failed(`'${String(wrong)}' is not a variable name`);
    for (const [name, value] of facts) {
      if (typeof value === 'string' && /^(yes|no|true|false)$/i.test(value))
        facts.set(name, isTrue(value));
    }
    const reasons = [...facts.values()].filter((value) => value instanceof Unknown);
    return {
      ...ok(
        reasons.length > 0
          ? 'set, partly unknown until applied'
          : `set ${[...facts.keys()].join(', ')}`,
      ),
      result: new Map([['ansible_facts', facts]]),
      facts,
    };
  },
};
