import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counts, HostResult, Reporter, RunEvent } from '../../../src/events.ts';
import type { RunFacts } from '../../../src/history/facts.ts';
import { thisProcess } from '../../../src/history/process-identity.ts';
import { Recorder, type RecorderSetup } from '../../../src/history/recorder.ts';

/** A file in a folder of its own; nothing is there yet. */
export function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'rolecall-history-')), 'state/history.db');
}

export const facts: RunFacts = {
  kind: 'run',
  checkMode: false,
  started: new Date(),
  process: thisProcess(),
  user: 'anna',
  folder: '/site',
  version: '1.0.0',
  node: 'v24',
  playbooks: ['/site/site.yml'],
  inventory: ['/site/hosts.ini'],
  options: {},
};

export interface Recorded {
  readonly recorder: Recorder;
  readonly reporter: Reporter;
  /** What was passed on. */
  readonly shown: RunEvent[];
  /** How often the run was told to stop. */
  readonly stopped: { times: number };
}

/** A recorder whose run has not begun. */
export function record(
  file: string,
  given: Partial<RunFacts> = {},
  more: Partial<RecorderSetup> = {},
): Recorded {
  const shown: RunEvent[] = [];
  const stopped = { times: 0 };
  const recorder = new Recorder({
    file,
    facts: () => ({ ...facts, ...given }),
    retention: {},
    stop: () => {
      stopped.times++;
    },
    ...more,
  });
  const reporter = recorder.reporting({
    report: (event) => void shown.push(event),
    finish: async () => {},
  });
  return { recorder, reporter, shown, stopped };
}

export const started: RunEvent = {
  type: 'run-started',
  at: new Date(),
  playbooks: ['/site/site.yml'],
  checkMode: false,
  diffMode: false,
  forks: 50,
};

export function play(hosts: readonly string[]): RunEvent {
  return { type: 'play-started', name: 'Web', play: 1, hosts, batch: 1, batches: 1 };
}

export function taskEnd(host: string, task: string, outcome: Partial<HostResult> = {}): RunEvent {
  return {
    type: 'host-task-finished',
    ...{ play: 1, host, id: `/site/site.yml:${task}`, task, module: 'copy', handler: false },
    outcome: { status: 'ok', result: null, diff: [], durationMs: 3, predicted: false, ...outcome },
  };
}

export function finished(
  hosts: Readonly<Record<string, Partial<Counts>>>,
  exitStatus = 0,
): RunEvent {
  const none = {
    ...{ ok: 0, changed: 0, skipped: 0, failed: 0 },
    ...{ unreachable: 0, unknown: 0, rescued: 0, ignored: 0 },
  };
  return {
    type: 'run-finished',
    durationMs: 1234,
    hosts: new Map(Object.entries(hosts).map(([name, counts]) => [name, { ...none, ...counts }])),
    owed: new Map(),
    interrupted: false,
    exitStatus,
  };
}

/** A whole run in which a host changed a file. */
export async function recordRun(file: string, given: Partial<RunFacts> = {}): Promise<number> {
  const { recorder, reporter } = record(file, given);
  reporter.report(started);
  reporter.report(play(['web1', 'web2']));
  const diff = [{ header: '/etc/motd', before: 'old\n', after: 'new\n' }];
  const changed = { status: 'changed', message: 'written', diff, desired: 'd1' } as const;
  reporter.report(taskEnd('web1', 'motd', changed));
  reporter.report(taskEnd('web2', 'motd', { desired: 'd1' }));
  reporter.report(finished({ web1: { ok: 1, changed: 1 }, web2: { ok: 1 } }));
  await reporter.finish();
  return recorder.run!;
}
