import { Type } from 'typebox';
import { probe } from '../observe/observation.ts';
import { sh } from '../shell/sh.ts';
import { defineModule } from './contract.ts';

export const ping = defineModule({
  name: 'ping',
  summary: 'Checks that the host can be logged in to and has a working shell.',
  args: Type.Object({
    data: Type.String({ description: 'What to answer; `crash` fails.', default: 'pong' }),
  }),
  aliases: {},
  examples: ['- name: Is the host there\n  ping:'],
  returns: { ping: 'The value of `data`.' },
  observe: () => ({
    answer: probe('ping', sh`echo pong`, ({ stdout }) => stdout.toString('utf8').trim()),
  }),
  decide: ({ data }, { answer }) => {
    if (data === 'crash') return { kind: 'failed', message: 'asked to crash' };
    if (answer !== 'pong') return { kind: 'failed', message: `the shell answers '${answer}'` };
    return { kind: 'unchanged', reason: 'the host answers', result: { ping: data } };
  },
});
