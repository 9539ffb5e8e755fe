import { basename } from 'node:path';
import { Type } from 'typebox';
import { joinSh, sh } from '../shell/sh.ts';
import { splitWords } from '../shell/split-words.ts';
import { commandArguments, commandReturns } from './command-arguments.ts';
import { decideCommand, guards } from './command-run.ts';
import { defineModule } from './contract.ts';

export const script = defineModule({
  name: 'script',
  summary: 'Runs a script of the controller on the host.',
  args: Type.Object({
    creates: commandArguments.creates,
    removes: commandArguments.removes,
    chdir: commandArguments.chdir,
    cmd: Type.String({ description: 'Path of the script on the controller, then its arguments.' }),
    executable: Type.Optional(Type.String({ description: 'The program that runs it: python3.' })),
  }),
  aliases: { _raw_params: 'cmd' },
  freeForm: 'cmd',
  examples: ['- script: setup.sh --fast\n  args:\n    creates: /opt/setup.done'],
  returns: commandReturns,
  check: (args) => ((splitWords(args.cmd)?.length ?? 0) === 0 ? ['there is no script'] : []),
  prepare: async (args, controller) => {
    const [name, ...words] = splitWords(args.cmd)!;
    const bytes = await controller.readFile(await controller.findFile(name!, 'files'));
    return { name: basename(name!), words, bytes };
  },
  observe: guards,
  decide: (args, guarded) => {
    const decision = decideCommand(args, guarded, args.name, runner(args), args.cmd);
    if (decision.kind !== 'change') return decision;
    return { ...decision, apply: [{ ...decision.apply[0]!, stdin: args.bytes }] };
  },
});

/** The script comes on stdin into a private folder, which goes away with it. */
function runner(args: { executable?: string; name: string; words: readonly string[] }) {
  const file = sh`"$folder"/${args.name}`;
  const run =
    args.executable === undefined
      ? sh`chmod 0700 ${file} && ${file} ${args.words} </dev/null`
      : sh`${args.executable.split(' ')} ${file} ${args.words} </dev/null`;
  return joinSh([
    sh`folder=$(mktemp -d) || exit 1`,
    sh`trap 'rm -rf -- "$folder"' EXIT`,
    sh`cat >${file} || exit 1`,
    run,
  ]);
}
