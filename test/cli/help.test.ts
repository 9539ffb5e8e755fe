import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { programFor } from '../../src/cli/program.ts';

const program = await programFor(['*'], () => {});
const all = [program, ...program.commands].flatMap((command) => [command, ...command.commands]);
const named = [...new Set(all)].map((command) => ({ name: pathOf(command), command }));

describe('help', () => {
  test('every command is in it', () => {
    const names = program.commands.map((command) => command.name());
    expect(names).toEqual(Object.keys(commands));
  });

  test.each(named)('$name is at most 80 columns wide', ({ command }) => {
    const lines = helpOf(command).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test.each(named.filter(({ name }) => !/^lab ./.test(name)))(
    '$name has an example',
    ({ command }) => {
      expect(helpOf(command)).toMatch(/\nExamples?:\n {2}rolecall /);
    },
  );

  test.each(named)('$name describes each of its options', ({ command }) => {
    for (const option of command.options) {
      if (!option.hidden)
        expect(`${option.flags} ${option.description}`).toMatch(/> .|\] .|\w {1}\w/);
      if (!option.hidden) expect(option.description).not.toBe('');
    }
  });
});

describe('Ansible spellings', () => {
  const options = program.commands.find((command) => command.name() === 'run')!.options;
  const flags = options.flatMap(({ short, long }) => [short, long]);
  test.each(
    `-i --inventory -v --verbose -e --extra-vars -t --tags --skip-tags -l --limit -c --connection
     -f --forks -C --check -D --diff -b --become -u --user -K --ask-become-pass -k --ask-pass
     --force-handlers --flush-cache --list-hosts --list-tasks --list-tags --syntax-check
     --start-at-task --vault-password-file --vault-id -J --private-key -T --timeout
     --ssh-common-args --ssh-extra-args --become-method --become-user --step`.split(/\s+/),
  )('run takes %s', (flag) => {
    expect(flags).toContain(flag);
  });
});

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name();
}
