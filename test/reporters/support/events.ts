import type { Counts, HostResult, RunEvent, RunEventOf } from '../../../src/events.ts';

/** An outcome with what the test says and nothing else. */
export function outcome(given: Partial<HostResult>): HostResult {
  return { status: 'ok', result: {}, diff: [], durationMs: 1200, predicted: false, ...given };
}

export function started(given: Partial<RunEventOf<'run-started'>> = {}): RunEvent {
  return {
    type: 'run-started',
    at: new Date('2026-01-02T03:04:05Z'),
    playbooks: ['site.yml'],
    checkMode: false,
    diffMode: false,
    forks: 50,
    ...given,
  };
}

export function play(name: string, hosts: readonly string[]): RunEvent {
  return { type: 'play-started', name, hosts, play: 1, batch: 1, batches: 1 };
}

export function task(name: string, id: string, hosts: readonly string[], module = 'apt'): RunEvent {
  return { type: 'task-started', play: 1, task: name, id, module, handler: false, hosts };
}

export function begin(host: string, id: string): RunEvent {
  return { type: 'host-task-started', play: 1, host, id };
}

export function end(
  host: string,
  name: string,
  id: string,
  given: Partial<HostResult>,
  module = 'apt',
): RunEventOf<'host-task-finished'> {
  return {
    type: 'host-task-finished',
    play: 1,
    host,
    id,
    task: name,
    module,
    handler: false,
    outcome: outcome(given),
  };
}

export function item(
  host: string,
  name: string,
  id: string,
  given: Partial<HostResult>,
): RunEventOf<'host-task-item'> {
  return { type: 'host-task-item', play: 1, host, id, task: name, outcome: outcome(given) };
}

export function counts(given: Partial<Counts>): Counts {
  return {
    ok: 0,
    changed: 0,
    skipped: 0,
    failed: 0,
    unreachable: 0,
    unknown: 0,
    rescued: 0,
    ignored: 0,
    ...given,
  };
}

export function finished(
  hosts: Readonly<Record<string, Partial<Counts>>>,
  given: Partial<RunEventOf<'run-finished'>> = {},
): RunEventOf<'run-finished'> {
  return {
    type: 'run-finished',
    durationMs: 12_300,
    hosts: new Map(Object.entries(hosts).map(([host, some]) => [host, counts(some)])),
    owed: new Map(),
    interrupted: false,
    exitStatus: 0,
    ...given,
  };
}
