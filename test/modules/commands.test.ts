import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { command } from '../../src/modules/command.ts';
import type { Change, Module } from '../../src/modules/contract.ts';
import { raw } from '../../src/modules/raw.ts';
import { script } from '../../src/modules/script.ts';
import { shell } from '../../src/modules/shell.ts';
import { checkArguments } from '../../src/schema/check.ts';
import { quoteWord } from '../../src/shell/sh.ts';
import { splitWords } from '../../src/shell/split-words.ts';
import type { Plain } from '../../src/values.ts';

const output = (status: number, stdout = '', stderr = '') => ({
  status,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
  truncated: false,
});

function decide(module: Module, values: { [key: string]: Plain }, observed = {}) {
  const { args, problems } = checkArguments(module, { values, at: () => undefined });
  expect(problems).toEqual([]);
  return module.decide({ name: 'x.sh', words: [], bytes: Buffer.from('true'), ...args }, observed);
}

describe('what is run, and when not', () => {
  const table: [string, Module, { [key: string]: Plain }, object, object][] = [
    [
      'a command is always run',
      command,
      { cmd: 'echo hi' },
      {},
      { kind: 'change', verify: false, touches: 'everything' },
    ],
    [
      'unless what it creates is there',
      command,
      { cmd: 'x', creates: '/a' },
      { creates: true },
      { kind: 'unchanged', reason: '/a exists already' },
    ],
    [
      'and is when it is not',
      command,
      { cmd: 'x', creates: '/a' },
      { creates: false },
      { kind: 'change' },
    ],
    [
      'not when what it removes is gone',
      command,
      { cmd: 'x', removes: '/a' },
      { removes: false },
      { kind: 'unchanged', reason: '/a does not exist' },
    ],
    [
      'shell too',
      shell,
      { cmd: 'x | y', creates: '/a*' },
      { creates: true },
      { kind: 'unchanged' },
    ],
    [
      'script too',
      script,
      { cmd: 'x.sh a', creates: '/a' },
      { creates: true },
      { kind: 'unchanged' },
    ],
    ['raw always', raw, { cmd: 'x' }, {}, { kind: 'change', verify: false }],
    ['argv', command, { argv: ['a b', '$(c)'] }, {}, { kind: 'change', summary: 'run: a b $(c)' }],
  ];
  test.each(table)('%s', (_name, module, values, observed, expected) => {
    expect(decide(module, values, observed)).toMatchObject(expected);
  });

  test('a relative creates is looked for in chdir', () => {
    const { args } = checkArguments(command, {
      values: { cmd: 'x', creates: 'done', chdir: '/srv' },
      at: () => undefined,
    });
    expect(command.observe(args)).toMatchObject({ creates: { kind: 'matches', key: '/srv/done' } });
  });

  const refused: [string, { [key: string]: Plain }, string][] = [
    ['nothing', {}, 'command: give either cmd or argv'],
    ['both', { cmd: 'a', argv: ['a'] }, 'command: give either cmd or argv'],
    ['an open quote', { cmd: "echo 'a" }, 'command: a quote is left open in cmd'],
    ['no words', { argv: [] }, 'command: there is no command'],
  ];
  test.each(refused)('%s is refused', (_name, values, message) => {
    expect(checkArguments(command, { values, at: () => undefined }).problems).toMatchObject([
      { message },
    ]);
  });
});

describe('the result', () => {
  const complete = (change: unknown, ...outputs: ReturnType<typeof output>[]) =>
    (change as Change).complete!(outputs);

  test("Ansible's keys", () => {
    const { result, failed } = complete(decide(shell, { cmd: 'x' }), output(0, 'a\nb\n', 'w\n'));
    expect(failed).toBeUndefined();
    expect(result).toEqual({
      cmd: 'x',
      rc: 0,
      stdout: 'a\nb',
      stderr: 'w',
      stdout_lines: ['a', 'b'],
      stderr_lines: ['w'],
    });
  });

  test("raw's output keeps its last newline, its lines do not count it", () => {
    const { result } = complete(decide(raw, { cmd: 'x' }), output(0, 'a\r\n\nb\n', ''));
    expect(result).toMatchObject({ stdout: 'a\r\n\nb\n', stdout_lines: ['a', '', 'b'] });
  });

  test('a status other than 0 fails, with the end of stderr', () => {
    const { result, failed } = complete(
      decide(shell, { cmd: 'x' }),
      output(3, '', 'no such thing\n'),
    );
    expect(failed).toBe('status 3: no such thing');
    expect(result).toMatchObject({ rc: 3, msg: 'non-zero return code' });
  });

  test('output that was cut says so', () => {
    const cut = { ...output(0, 'a'), truncated: true };
    expect(complete(decide(shell, { cmd: 'x' }), cut).result).toMatchObject({ truncated: true });
  });
});

describe('words of a command line', () => {
  test('quotes and backslashes as a shell reads them', () => {
    expect(splitWords(`a 'b c' "d \\" e" f\\ g '' "\\x"`)).toEqual([
      'a',
      'b c',
      'd " e',
      'f g',
      '',
      '\\x',
    ]);
    expect(splitWords('a "b')).toBeUndefined();
  });

  test('what is quoted comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.string().map((word) => word.replaceAll('\0', ''))), (words) => {
        expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });

  test('a command gets its words as they are, but for variables', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'binary-ascii' }).map((word) => word.replaceAll(/[\0$]/g, '')),
          { minLength: 1, maxLength: 4 },
        ),
        (words) => {
          const list = words.map((word) => (word.startsWith('~') ? `x${word}` : word));
          const change = decide(command, { argv: ['printf', '%s\\n@', ...list] }) as Change;
          const got = execFileSync('/bin/sh', ['-c', change.apply[0]!.script.text], {
            encoding: 'latin1',
          });
          expect(got).toBe(list.map((word) => `${word}\n@`).join(''));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('variables and home are expanded where they are set', () => {
    const change = decide(command, {
      cmd: "printf %s, $HOME '${HOME}/x' ~/y $NOT_SET_AT_ALL '$(id)'",
    }) as Change;
    const env = { PATH: process.env.PATH, HOME: '/home/me' };
    const got = execFileSync('/bin/sh', ['-c', change.apply[0]!.script.text], {
      encoding: 'utf8',
      env,
    });
    expect(got).toBe('/home/me,/home/me/x,/home/me/y,$NOT_SET_AT_ALL,$(id),');
  });
});
