import { Type } from 'typebox';
import { failed } from '../outcome.ts';
import type { EngineAction } from './action.ts';

export const fail: EngineAction = {
  name: 'fail',
  summary: 'Fails with a message.',
  args: Type.Object({
    msg: Type.Optional(
      Type.Unknown({ description: 'What to say.', default: 'Failed as requested from task' }),
    ),
  }),
  aliases: {},
  freeForm: undefined,
  examples: ["- fail:\n    msg: 'only Debian is supported'\n  when: ansible_os_family != 'Debian'"],
  returns: {},
  run: ({ args }) => failed(String(args.msg), { hint: 'The task fails when its condition holds.' }),
};
