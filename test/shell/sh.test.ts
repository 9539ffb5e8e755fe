import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinSh, quoteWord, rawSh, sh } from '../../src/shell/sh.ts';

const shells = [['dash'], ['bash'], ['busybox', 'sh']] as const;
const hostile = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '-n',
        '--',
        "'",
        '"',
        '$(touch /x)',
        '`id`',
        '\n',
        'a\n\n',
        '\\',
        '*',
        '~',
        '!',
        'é😀',
        '\u202e',
        'A=b',
        'if',
        '2',
        '\r\n',
        '\x7f\x1b[2J',
      ),
    },
  ),
  { maxLength: 12 },
);

describe.each(shells)('in %s', (...shell) => {
  test('words arrive byte for byte', () => {
    const [exe, ...args] = shell as readonly string[];
    fc.assert(
      fc.property(hostile, (generated) => {
        const words = generated.map((word) => word.replaceAll('\0', ''));
        const script = sh`printf '%s\\0' ${words} end`;
        const { stdout, status } = spawnSync(exe!, [...args, '-c', script.text], {
          env: { ...process.env, LC_ALL: 'C' },
        });
        expect(status).toBe(0);
        expect(stdout.toString()).toBe([...words, 'end', ''].join('\0'));
      }),
      { numRuns: 60 },
    );
  });
});

test.each([
  [sh`chown ${'www-data'} -- ${['/a b', '/c']}`, "chown www-data -- '/a b' /c"],
  [sh`echo ${''}`, "echo ''"],
  [sh`x ${"it's"}`, "x 'it'\\''s'"],
  [sh`chmod ${'0644'} x`, 'chmod 0644 x'],
  [sh`echo ${'2'}>file`, "echo '2'>file"],
  [sh`exec ${3}>file`, 'exec 3>file'],
  [sh`${'A=b'} ${'if'} ${'='}`, "'A=b' 'if' '='"],
  [sh`a ${rawSh('| b')}`, 'a | b'],
  [sh`echo "$(stat ${'a b'})"`, `echo "$(stat 'a b')"`],
  [sh`# don't\necho ${'a b'}`, "# don't\necho 'a b'"],
  [sh`echo "it's" ${'a b'}`, `echo "it's" 'a b'`],
  [joinSh([sh`a`, sh`b`]), 'a\nb'],
])('%# gives its text', (script, text) => {
  expect(script.text).toBe(text);
});

test('what a shell cannot carry is refused', () => {
  expect(() => quoteWord('a\0b')).toThrow('NUL');
  expect(() => quoteWord('a\ud800')).toThrow('surrogate');
  expect(() => sh`echo ${['ok', '\udc00']}`).toThrow('surrogate');
});

test('a value inside quotes of the template is refused', () => {
  expect(() => sh`echo "${'a'}"`).toThrow('inside quotes');
  expect(() => sh`awk '{ print ${'a'} }'`).toThrow('inside quotes');
  expect(() => sh`echo "$(x "${'a'}")"`).toThrow('inside quotes');
});
