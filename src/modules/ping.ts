import { Type } from 'typebox';
import { defineModule } from './contract.ts';

export const ping = defineModule({
  name: 'ping',
  summary: 'Checks that the host can be logged in to and has a working shell.',
  args: Type.Object({
    data: Type.Optional(
      Type.String({ description: 'What to answer; `crash` fails.', default: 'pong' }),
    ),
  }),
  examples: ['- name: Is the host there\n  ping:'],
  returns: { ping: 'The value of `data`.' },
  observe: () => ({}),
  decide: (args) =>
    args.data === 'crash'
      ? { kind: 'failed', message: 'asked to crash' }
      : {
          kind: 'unchanged',
          reason: 'the host answers',
          result: { ping: args.data ?? 'pong' },
        },
});
