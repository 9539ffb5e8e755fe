import type { HostResult, Reporter } from '../events.ts';
import type { HostOfRun, RecordedOutcome, RecordedRun } from './read.ts';

/**
 * Tells a reporter a recorded run as if it ran: what changed, failed or is unknown, in order, and the end
 * of a run that has one.
 */
export function replay(
  run: RecordedRun,
  hosts: readonly HostOfRun[],
  outcomes: readonly RecordedOutcome[],
  reporter: Reporter,
): void {
  const { checkMode, playbooks, started } = run;
  reporter.report({
    type: 'run-started',
    at: started,
    playbooks,
    checkMode,
    diffMode: true,
    forks: 0,
  });
  let told: RecordedOutcome | undefined;
  for (const outcome of outcomes) {
    if (outcome.playNumber !== told?.playNumber) startPlay(outcome, outcomes, reporter);
    if (!told || !isSameTask(outcome, told)) startTask(outcome, reporter);
    tell(outcome, checkMode, reporter);
    told = outcome;
  }
  if (told) reporter.report({ type: 'play-finished', name: told.play, play: told.playNumber });
  reporter.report({
    type: 'run-finished',
    durationMs: run.durationMs ?? 0,
    hosts: new Map(hosts.map(({ host, counts }) => [host, counts])),
    owed: new Map(
      hosts.filter(({ owed }) => owed.length > 0).map(({ host, owed }) => [host, owed]),
    ),
    interrupted: run.state !== 'ended',
    exitStatus: run.exitStatus ?? 1,
  });
}

function startPlay(
  { play, playNumber }: RecordedOutcome,
  outcomes: readonly RecordedOutcome[],
  reporter: Reporter,
): void {
  const of = outcomes.filter((outcome) => outcome.playNumber === playNumber);
  const hosts = [...new Set(of.map(({ host }) => host))];
  const counted = { hosts, batch: 1, batches: 1 };
  reporter.report({ type: 'play-started', name: play, play: playNumber, ...counted });
}

function startTask(outcome: RecordedOutcome, reporter: Reporter): void {
  const { playNumber: play, title: task, place: id, module, role, handler, host } = outcome;
  reporter.report({
    type: 'task-started',
    ...{ play, task, id, module, handler, hosts: [host] },
    ...(role !== undefined && { role }),
  });
}

function tell(outcome: RecordedOutcome, predicted: boolean, reporter: Reporter): void {
  const { playNumber: play, title: task, place: id, module, role, handler, host } = outcome;
  const result: HostResult = {
    status: outcome.status,
    result: { ...outcome.output },
    diff: outcome.diff,
    durationMs: outcome.durationMs,
    predicted,
    ...(outcome.message !== undefined && { message: outcome.message }),
    ...(outcome.problem && { problem: outcome.problem }),
    ...(outcome.item !== undefined && { item: outcome.item }),
    ...(outcome.ignored && { ignored: true }),
    ...(outcome.delegatedTo !== undefined && { delegatedTo: outcome.delegatedTo }),
  };
  if (outcome.item !== undefined) {
    reporter.report({ type: 'host-task-item', play, host, id, task, outcome: result });
    return;
  }
  reporter.report({
    type: 'host-task-finished',
    ...{ play, host, id, task, module, handler, outcome: result },
    ...(role !== undefined && { role }),
  });
  if (outcome.rescued) reporter.report({ type: 'host-rescued', play, host, id, task });
}

function isSameTask(a: RecordedOutcome, b: RecordedOutcome): boolean {
  return a.playNumber === b.playNumber && a.place === b.place && a.title === b.title;
}
