import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/events.ts';
import { Recording } from '../../src/timings/recording.ts';
import { Trace } from '../../src/timings/trace.ts';
import { begin, end } from '../reporters/support/events.ts';
import { TestClock } from './support/clock.ts';

test('hosts: connecting, waiting counted once, figures of all connections', () => {
  const clock = new TestClock();
  const recording = new Recording(clock);
  const connected = recording.begin('connect', 'web1');
  clock.pass(20);
  connected();
  recording.connected('web1', traffic(1, 100));
  recording.connected('web1', traffic(2, 30));
  const first = recording.begin('observe', 'web1');
  clock.pass(5);
  const second = recording.begin('observe', 'web1');
  clock.pass(5);
  first();
  clock.pass(5);
  second();
  recording.begin('apply', 'web2')();
  expect(recording.timings(7)).toMatchObject({
    wallMs: 35,
    evaluations: 7,
    hosts: [
      {
        ...{ host: 'web1', connectMs: 20, waitedMs: 15, connections: 2 },
        ...{ shells: 2, roundTrips: 3, scripts: 6, bytesSent: 130, bytesReceived: 260 },
      },
      { host: 'web2', connectMs: 0, waitedMs: 0, connections: 0, bytesSent: 0 },
    ],
  });
});

test('tasks: the host on which each took longest, the ten slowest', () => {
  const recording = new Recording(new TestClock());
  const names = Array.from({ length: 12 }, (_, index) => `task ${index}`);
  for (const [index, name] of names.entries()) {
    recording.follow(end('web1', name, `site.yml:${index}`, { durationMs: 10 * index }));
    recording.follow(end('web2', name, `site.yml:${index}`, { durationMs: 10 * index + 1 }));
    recording.follow(end('web3', name, `site.yml:${index}`, { durationMs: 0 }));
  }
  const { tasks } = recording.timings(0);
  expect(tasks.map(({ task }) => task)).toEqual(names.slice(2).reverse());
  expect(tasks[0]).toEqual({
    ...{ task: 'task 11', id: 'site.yml:11', role: undefined },
    ...{ host: 'web2', durationMs: 111, hosts: 3 },
  });
});

test('a trace: a process for each host, spans that overlap in different threads', () => {
  const clock = new TestClock();
  clock.pass(3);
  const trace = new Trace();
  const recording = new Recording(clock, trace);
  recording.connected('web1', traffic(1, 100));
  const during = (event: RunEvent) => {
    clock.pass(1);
    recording.follow(event);
  };
  during(begin('web1', 'a.yml:1'));
  const first = recording.begin('observe', 'web1');
  clock.pass(2);
  const second = recording.begin('apply', 'web1');
  clock.pass(2);
  first();
  clock.pass(1);
  second();
  during(end('web1', 'copy', 'a.yml:1', { status: 'changed', result: { secret: 'hidden' } }));
  const { traceEvents: events } = JSON.parse(trace.toJson()) as { traceEvents: TraceEvent[] };
  const processes = events.filter(({ name }) => name === 'process_name');
  expect(processes.map(({ pid, args }) => [pid, args!.name])).toEqual([
    [1, 'rolecall'],
    [2, 'web1'],
  ]);
  const spans = events.filter(({ ph }) => ph === 'X');
  expect(spans.map(({ name, pid, tid, ts, dur }) => [name, pid, tid, ts, dur])).toEqual([
    ['start', 1, 1, 0, 3000],
    ['copy', 2, 1, 4000, 6000],
    ['observe', 2, 1, 4000, 4000],
    ['apply', 2, 2, 6000, 3000],
  ]);
  expect(spans[1]!.args).toEqual({ id: 'a.yml:1', module: 'apt', status: 'changed' });
  const counters = events.filter(({ ph, name }) => ph === 'C' && name === 'bytes');
  expect(counters.map(({ ts, args }) => [ts, args])).toEqual([
    [8000, { sent: 100, received: 200 }],
    [9000, { sent: 100, received: 200 }],
  ]);
});

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

function traffic(roundTrips: number, bytesSent: number) {
  const bytesReceived = 2 * bytesSent;
  return { shells: 1, roundTrips, scripts: 2 * roundTrips, bytesSent, bytesReceived };
}
