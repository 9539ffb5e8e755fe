import { Type } from 'typebox';
import { rawSh, sh } from '../shell/sh.ts';
import { commandReturns } from './command-arguments.ts';
import { runs } from './command-run.ts';
import { defineModule } from './contract.ts';

export const raw = defineModule({
  name: 'raw',
  summary: 'Runs a command line as it is; here the same as shell without its guards.',
  args: Type.Object({
    cmd: Type.String({ description: 'The command line.' }),
    executable: Type.Optional(Type.String({ description: 'Another shell, by its path.' })),
  }),
  aliases: { _raw_params: 'cmd' },
  freeForm: 'cmd',
  examples: ['- raw: opkg update'],
  returns: commandReturns,
  check: (args) => (args.cmd.trim() === '' ? ['there is no command'] : []),
  observe: () => ({}),
  decide: (args) =>
    runs({
      shown: args.cmd.trim().split('\n')[0]!.slice(0, 60),
      script:
        args.executable === undefined ? rawSh(args.cmd) : sh`${args.executable} -c ${args.cmd}`,
      cmd: args.cmd,
      args: { strip_empty_ends: false },
    }),
});
