import type { HostOfRun, OpenIntent, RecordedOutcome, RecordedRun } from '../history/read.ts';

/** A recorded run for programs: keys in snake_case, times in ISO 8601. */
export function runJson(run: RecordedRun): object {
  return {
    run: run.id,
    kind: run.kind,
    check_mode: run.checkMode,
    state: run.state,
    started: run.started.toISOString(),
    duration_ms: run.durationMs ?? null,
    exit_status: run.exitStatus ?? null,
    user: run.user,
    machine: run.machine,
    folder: run.folder,
    commit: run.commit ?? null,
    dirty: run.commit === undefined ? null : run.dirty,
    version: run.version,
    node: run.node,
    playbooks: run.playbooks,
    inventory: run.inventory,
    options: run.options,
    totals: run.totals ?? null,
  };
}

/** The same with everything that the hosts did. */
export function wholeRunJson(
  run: RecordedRun,
  hosts: readonly HostOfRun[],
  outcomes: readonly RecordedOutcome[],
  intents: readonly OpenIntent[],
): object {
  return {
    schema: 1,
    ...runJson(run),
    hosts: hosts.map(({ host, counts, owed, tasks }) => ({
      host,
      counts,
      owed,
      tasks: tasks.map(({ durationMs, ...task }) => ({ ...task, duration_ms: durationMs })),
    })),
    outcomes: outcomes.map(({ durationMs, playNumber, delegatedTo, ...outcome }) => ({
      ...outcome,
      play_number: playNumber,
      delegated_to: delegatedTo,
      duration_ms: durationMs,
    })),
    begun: intents.map(({ at, ...intent }) => ({ ...intent, at: at.toISOString() })),
  };
}
