import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandResult } from '../../src/connection/connection.ts';
import { fakeConnection } from '../../src/connection/fake.ts';
import { askTogether, joined, split } from '../../src/connection/together.ts';
import { rawSh, type Sh, sh } from '../../src/shell/sh.ts';

const token = 'f'.repeat(32);

function run(script: Sh): CommandResult {
  const stdout = execFileSync('/bin/sh', ['-c', script.text], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { status: 0, stdout, stderr: Buffer.from(''), truncated: false };
}

function parts(scripts: readonly Sh[]): [number, string][] | undefined {
  return split(run(joined(scripts, token)), token, scripts.length)?.map(({ status, stdout }) => [
    status,
    stdout.toString(),
  ]);
}

describe('scripts that run as one', () => {
  const cases: [string, readonly Sh[], [number, string][]][] = [
    [
      'each has its own output and status',
      [sh`echo a`, sh`echo b; exit 3`],
      [
        [0, 'a\n'],
        [3, 'b\n'],
      ],
    ],
    [
      'output without a newline, and none',
      [sh`printf x`, sh`:`],
      [
        [0, 'x'],
        [0, ''],
      ],
    ],
    [
      'what one sets, the next does not see',
      [sh`x=1; cd /tmp; set -f; trap 'echo bye' EXIT`, sh`echo "$x"`],
      [
        [0, 'bye\n'],
        [0, '\n'],
      ],
    ],
    [
      'one that is no shell at all',
      [rawSh("if then 'x"), sh`echo b`],
      [
        [2, ''],
        [0, 'b\n'],
      ],
    ],
    [
      'one that ends itself',
      [sh`kill -9 $(exec sh -c 'echo $PPID')`, sh`echo b`],
      [
        [137, ''],
        [0, 'b\n'],
      ],
    ],
  ];
  test.each(cases)('%s', (_name, scripts, expected) => {
    expect(parts(scripts)).toEqual(expected);
  });

  test('whatever they print', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
          { minLength: 1, maxLength: 5 },
        ),
        (texts) => {
          const printed = parts(texts.map((text) => sh`printf %s ${text}`));
          expect(printed).toEqual(texts.map((text) => [0, text]));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('an end that is missing is no answer', () => {
    const whole = run(joined([sh`echo a`, sh`echo b`], token));
    const cut = { ...whole, stdout: whole.stdout.subarray(0, -3) };
    expect(split(cut, token, 2)).toBeUndefined();
  });
});

describe('asking', () => {
  test('is one command where commands are dear', async () => {
    const dear = {
      ...fakeConnection({ answer: ({ script }) => run(script).stdout.toString() }),
      together: true,
    };
    const answers = await askTogether(dear, [sh`echo a`, sh`exit 4`], {});
    expect(answers.map(({ status, stdout }) => [status, stdout.toString()])).toEqual([
      [0, 'a\n'],
      [4, ''],
    ]);
    expect(dear.log).toHaveLength(1);
  });

  test('is done one by one where the whole came to no end', async () => {
    const connection = {
      ...fakeConnection({
        answer: ({ script }) => (script.text.includes('eval') ? 'half' : 'whole'),
      }),
      together: true,
    };
    const answers = await askTogether(connection, [sh`echo a`, sh`echo b`], {});
    expect(answers.map(({ stdout }) => stdout.toString())).toEqual(['whole', 'whole']);
    expect(connection.log).toHaveLength(3);
  });

  test('a single question is sent as it is', async () => {
    const connection = { ...fakeConnection({ answer: () => 'a' }), together: true };
    await askTogether(connection, [sh`echo a`], {});
    expect(connection.log.map(({ script }) => script.text)).toEqual(['echo a']);
  });
});
