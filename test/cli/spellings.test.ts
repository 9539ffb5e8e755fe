import { expect, test } from 'vitest';
import { inMainSpelling } from '../../src/cli/spellings.ts';

test.each([
  [
    ['run', '--key-file', 'k'],
    ['run', '--private-key', 'k'],
  ],
  [['--key-file=k'], ['--private-key=k']],
  [['--vault-pass-file=a=b'], ['--vault-password-file=a=b']],
  [
    ['--inventory-file', 'x', '-v'],
    ['--inventory', 'x', '-v'],
  ],
  [
    ['--limit', 'x'],
    ['--limit', 'x'],
  ],
  [
    ['--', '--key-file'],
    ['--', '--key-file'],
  ],
  [['--constructor'], ['--constructor']],
  [
    ['run', '--timings', 'site.yml'],
    ['run', '--timings=', 'site.yml'],
  ],
  [['--timings=trace.json'], ['--timings=trace.json']],
  [
    ['--', '--timings'],
    ['--', '--timings'],
  ],
])('%j reads %j', (given, expected) => {
  expect(inMainSpelling(given)).toEqual(expected);
});
