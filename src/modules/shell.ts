import { Type } from 'typebox';
import { rawSh, sh } from '../shell/sh.ts';
import { commandArguments, commandReturns } from './command-arguments.ts';
import { decideCommand, guards } from './command-run.ts';
import { defineModule } from './contract.ts';

export const shell = defineModule({
  name: 'shell',
  summary: 'Runs a command line through a shell: pipes, redirections, variables.',
  args: Type.Object({
    ...commandArguments,
    cmd: Type.String({ description: 'The command line, for /bin/sh.' }),
    executable: Type.Optional(
      Type.String({ description: 'Another shell, by its path: /bin/bash.' }),
    ),
  }),
  aliases: { _raw_params: 'cmd' },
  freeForm: 'cmd',
  examples: [
    "- name: Count the workers\n  shell: ps ax | grep -c '[w]orker'\n  changed_when: false",
  ],
  returns: commandReturns,
  check: (args) => (args.cmd.trim() === '' ? ['there is no command'] : []),
  observe: guards,
  decide: (args, guarded) => {
    const script =
      args.executable === undefined ? rawSh(args.cmd) : sh`${args.executable} -c ${args.cmd}`;
    return decideCommand(args, guarded, firstLine(args.cmd), script, args.cmd);
  },
});

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.length > 60 || text.trim().includes('\n') ? `${line.slice(0, 59)}…` : line;
}
