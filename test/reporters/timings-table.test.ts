import { expect, test } from 'vitest';
import type { HostTime, Timings } from '../../src/events.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { timingsLines } from '../../src/reporters/timings-table.ts';

const web1: HostTime = {
  ...{ host: 'web1', connectMs: 80, waitedMs: 220, connections: 1, shells: 1 },
  ...{ roundTrips: 2, scripts: 14, bytesSent: 8310, bytesReceived: 999 },
};

const timings: Timings = {
  wallMs: 1000,
  cpuMs: 400,
  phases: [
    { phase: 'start', wallMs: 150, cpuMs: 140 },
    { phase: 'connect', wallMs: 250, cpuMs: 100 },
    { phase: 'observe', wallMs: 600, cpuMs: 160 },
    { phase: 'apply', wallMs: 0, cpuMs: 0 },
  ],
  hosts: [web1],
  tasks: [
    { task: 'Install', id: 'a:1', role: 'web', host: 'web1', durationMs: 180, hosts: 4 },
    { task: 'Say \u001b[31mred', id: 'a:2', host: 'web1', durationMs: 2, hosts: 1 },
  ],
  evaluations: 3,
};

test('phases that took time, hosts, tasks', () => {
  expect(timingsLines(timings, noColours).join('\n')).toBe(`
phase      time            CPU
start    150 ms   15 %  140 ms   35 %
connect  250 ms   25 %  100 ms   25 %
observe  600 ms   60 %  160 ms   40 %
all       1.0 s  100 %  400 ms  100 %

host  connect  waited  round trips  scripts     sent  received
web1    80 ms  220 ms            2       14  8.31 kB     999 B

slowest tasks      time    on
web : Install    180 ms  web1  of 4 hosts
Say \\x1b[31mred    2 ms  web1`);
});

test('a run that came to no host and no task', () => {
  const lines = timingsLines({ ...timings, hosts: [], tasks: [] }, noColours);
  expect(lines.filter((line) => /^(host|slowest)/.test(line))).toEqual([]);
});

test('80 columns, and twenty hosts at most', () => {
  const name = 'a-very-long-name-of-a-host-in-the-north'.repeat(3);
  const hosts = Array.from({ length: 30 }, (_, index) => ({ ...web1, host: `${name}${index}` }));
  const tasks = [{ ...timings.tasks[0]!, task: name, host: name }];
  const lines = timingsLines({ ...timings, hosts, tasks }, noColours);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain('and 10 faster');
  expect(lines.filter((line) => line.startsWith('a-very'))).toHaveLength(20);
});
