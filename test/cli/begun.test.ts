import { expect, test } from 'vitest';
import { takenAsDone } from '../../src/cli/begun.ts';
import type { OpenIntent } from '../../src/history/read.ts';

const intent = (host: string): OpenIntent => ({
  ...{ host, ordinal: 0, at: new Date(0) },
  ...{ play: 'Shop', title: 'Count', module: 'shell', handler: false },
});
const begun = [intent('web1'), intent('web2')];

test.each([
  [['done'], ['web1', 'web2']],
  [['again'], []],
  [['again', 'web2=done'], ['web2']],
  [['web2=again', 'done'], ['web1']],
  [['web1=done', 'web2=again'], ['web1']],
  [['done', 'again'], []],
])('%j takes as done what began on %j', (said, hosts) => {
  expect(takenAsDone(begun, said).map(({ host }) => host)).toEqual(hosts);
});

test.each([
  [[], '  web1: Count\n  web2: Count'],
  [['web1=done'], 'began:\n  web2: Count'],
  [['dome'], "--begun is 'dome'"],
  [['web3=done'], "nothing is open on a host 'web3'"],
])('%j is refused', (said, message) => {
  expect(() => takenAsDone(begun, said)).toThrow(message);
});

test('where nothing is open nothing has to be said', () => {
  expect(takenAsDone([], [])).toEqual([]);
});
