import { Type } from 'typebox';
import { Unknown, type Value } from '../../values.ts';
import { positionOfValue } from '../../yaml/positions.ts';
import { ok, skipped } from '../outcome.ts';
import type { EngineAction } from './action.ts';

export const debug: EngineAction = {
  name: 'debug',
  summary: 'Shows a message or the value of a variable.',
  args: Type.Object({
    msg: Type.Optional(Type.Unknown({ description: 'What to show, of any type.' })),
    var: Type.Optional(Type.String({ description: 'The variable or expression to show.' })),
    verbosity: Type.Optional(
      Type.Integer({ description: 'Shown from this many -v on.', default: 0, minimum: 0 }),
    ),
  }),
  aliases: {},
  freeForm: undefined,
  raw: ['var'],
  examples: [
    "- debug:\n    msg: 'serving {{ inventory_hostname }}'",
    '- debug:\n    var: result.stdout',
  ],
  returns: { msg: 'The message, with `msg`.' },
  check: (args) =>
    args.msg !== undefined && args.var !== undefined ? ['give msg or var, not both'] : [],
  run({ args, values, scope, task, context }) {
    const verbosity = (args.verbosity as number | undefined) ?? 0;
    if (verbosity > context.options.verbosity) return skipped('Verbosity threshold not met.');
    const expression = values.get('var');
    if (expression !== undefined) {
      const name = String(expression);
      const at = positionOfValue(task.action.args, 'var') ?? task.action.at;
      const value = read(() => scope.evaluate(`{{ ${name} }}`, at));
      return ok('', new Map([[name, value]]));
    }
    return ok('', new Map([['msg', values.get('msg') ?? 'Hello world!']]));
  },
};

/** Ansible shows a sentence where the variable does not exist. */
function read(evaluate: () => Value): Value {
  try {
    const value = evaluate();
    return value instanceof Unknown ? `unknown until applied: ${value.reason}` : value;
  } catch (error) {
    if ((error as { code?: string }).code === 'undefined-variable')
      return 'VARIABLE IS NOT DEFINED!';
    throw error;
  }
}
