import { expect, test } from 'vitest';
import type { HostResult, RunEvent } from '../../src/events.ts';
import { emptyBoard, follow } from '../../src/reporters/board.ts';
import { junitReporter } from '../../src/reporters/junit.ts';

const outcome: HostResult = {
  status: 'failed',
  message: 'no',
  result: {},
  diff: [],
  durationMs: 1,
  predicted: false,
};
const ended = (host: string): RunEvent => ({
  type: 'host-task-finished',
  play: 1,
  host,
  id: '/p/site.yml:3',
  task: 'try',
  module: 'command',
  handler: false,
  outcome,
});
const events: RunEvent[] = [
  { type: 'play-started', name: 'p', hosts: ['a', 'b'], play: 1, batch: 1, batches: 1 },
  ended('a'),
  ended('b'),
  { type: 'host-rescued', play: 1, host: 'a', id: '/p/site.yml:3', task: 'try' },
];

test('the live view forgets the failure on the rescued host alone', () => {
  const board = emptyBoard(0);
  for (const event of events) follow(board, event, 0);
  expect(board.failures.map(({ hosts }) => hosts)).toEqual([['b']]);
  expect(board.hosts.get('a')).toMatchObject({ state: 'done', counts: { failed: 0 } });
  expect(board.hosts.get('b')).toMatchObject({ state: 'failed', counts: { failed: 1 } });
});

test('JUnit counts it as passed', async () => {
  let xml = '';
  const reporter = junitReporter(async (text) => {
    xml = text;
  });
  for (const event of events) reporter.report(event);
  await reporter.finish();
  expect(xml).toContain('tests="2" failures="1"');
});
