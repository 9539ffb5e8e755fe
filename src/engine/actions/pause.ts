import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Value } from '../../values.ts';
import { ok } from '../outcome.ts';
import type { EngineAction } from './action.ts';

export const pause: EngineAction = {
  name: 'pause',
  summary: 'Waits for a time, or until a person confirms.',
  args: Type.Object({
    seconds: Type.Optional(Type.Number({ description: 'Seconds to wait.' })),
    minutes: Type.Optional(Type.Number({ description: 'Minutes to wait.' })),
    prompt: Type.Optional(Type.String({ description: 'The question to ask.' })),
    echo: Type.Optional(Type.Boolean({ description: 'Shows what is typed.', default: true })),
  }),
  aliases: {},
  freeForm: undefined,
  once: true,
  examples: ['- pause:\n    seconds: 10'],
  returns: { user_input: 'What was typed.', delta: 'Seconds that passed.' },
  async run({ args, context, checkMode }) {
    const seconds = Number(args.seconds ?? 0) + 60 * Number(args.minutes ?? 0);
    const timed = args.seconds !== undefined || args.minutes !== undefined;
    if (checkMode) return ok('check mode does not wait');
    const started = performance.now();
    const result = new Map<Value, Value>();
    if (timed) {
      await sleep(seconds * 1000, undefined, { signal: context.options.signal });
    } else {
      const question = `${(args.prompt as string | undefined) ?? 'Press enter to continue'}:`;
      result.set('user_input', await context.services.prompt(question, args.echo === false));
    }
    result.set('delta', Math.round((performance.now() - started) / 1000));
    return ok(timed ? `waited ${seconds} s` : 'confirmed', result);
  },
};
