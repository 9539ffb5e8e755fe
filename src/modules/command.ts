import { Type } from 'typebox';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import { splitWords } from '../shell/split-words.ts';
import { commandArguments, commandReturns } from './command-arguments.ts';
import { decideCommand, guards } from './command-run.ts';
import { defineModule } from './contract.ts';

export const command = defineModule({
  name: 'command',
  summary: 'Runs a program with arguments, without a shell in between.',
  args: Type.Object({
    ...commandArguments,
    cmd: Type.Optional(Type.String({ description: 'The command line; no pipes, no variables.' })),
    argv: Type.Optional(
      Type.Array(Type.String(), { description: 'The program and its arguments.' }),
    ),
    expand_argument_vars: Type.Boolean({
      description: 'Expand $HOME and the like in arguments, as Ansible does.',
      default: true,
    }),
  }),
  aliases: { _raw_params: 'cmd' },
  freeForm: 'cmd',
  examples: [
    '- name: Build the search index\n  command: /usr/local/bin/reindex --full\n  args:\n    creates: /var/lib/index/done',
  ],
  returns: commandReturns,
  check: (args) => {
    if ((args.cmd === undefined) === (args.argv === undefined)) return ['give either cmd or argv'];
    if (args.argv?.length === 0 || args.cmd?.trim() === '') return ['there is no command'];
    if (args.cmd !== undefined && splitWords(args.cmd) === undefined)
      return ['a quote is left open in cmd'];
    return [];
  },
  observe: guards,
  decide: (args, guarded) => {
    const words = args.argv ?? splitWords(args.cmd!)!;
    const script = args.expand_argument_vars ? sh`${words.map(expanded)}` : sh`${words}`;
    return decideCommand(args, guarded, shown(words), script, [...words]);
  },
});

function shown(words: readonly string[]): string {
  const text = words.join(' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A word in which $NAME and a leading ~ mean what they mean in a shell; everything else is quoted. */
function expanded(word: string): Sh {
  const home = /^~(?=\/|$)/.test(word);
  const rest = home ? word.slice(1) : word;
  const parts = rest.split(/(\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})/);
  const words = parts.map((part, index) => (index % 2 === 1 ? variable(part) : sh`${part}`));
  return joinSh([...(home ? [rawSh('"$HOME"')] : []), ...words], '');
}

/** A variable that is not set stays as it was written. */
function variable(written: string): Sh {
  const name = written.replaceAll(/[${}]/g, '');
  return sh`"$(if [ -n "\${${rawSh(name)}+set}" ]; then printf %s "$${rawSh(name)}"; else printf %s ${written}; fi)"`;
}
