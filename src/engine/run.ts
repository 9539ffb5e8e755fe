import { RolecallError } from '../errors.ts';
import type { Counts } from '../events.ts';
import type { LoadedPlaybook } from '../playbook/load.ts';
import { playOrder } from '../playbook/needs.ts';
import type { Play } from '../playbook/play.ts';
import { timed } from '../timings/timer.ts';
import { fleetProblems } from './roles/check-fleet.ts';
import { readFleet } from './roles/read-fleet.ts';
import { foreseenHosts, runPlay } from './run-play.ts';
import type { Run } from './run-state.ts';
import { runSchedule } from './schedule.ts';
import { titleOfPlay } from './title.ts';

/** How a run ended. */
export interface RunSummary {
  /** 0 ok, 1 nothing to start at, 2 hosts failed, 4 hosts unreachable (failed ones or not), 130 interrupted. */
  readonly exitStatus: number;
  readonly hosts: ReadonlyMap<string, Counts>;
  /** Something changed, or in check mode would or might. */
  readonly changed: boolean;
}

/**
 * Runs the plays of playbooks in order and reports how it ended. Never leaves a connection open. Typed
 * roles also know the hosts of `site`, which does not run.
 */
export async function runPlaybooks(
  playbooks: readonly LoadedPlaybook[],
  run: Run,
  site: readonly LoadedPlaybook[] = [],
): Promise<RunSummary> {
  const { options, services } = run.context;
  const started = performance.now();
  const plays = playbooks.flatMap((playbook) => playbook.plays);
  const oddities = run.variables.readFiles(plays.map(({ folder }) => folder));
  const rest = site.flatMap((playbook) => playbook.plays);
  await timed(services.timer, 'roles', undefined, () => assertRoles(plays, run, rest));
  services.report({
    type: 'run-started',
    at: new Date(),
    playbooks: playbooks.map(({ file }) => file),
    checkMode: options.checkMode,
    diffMode: options.diff,
    forks: options.forks,
  });
  let interrupted = false;
  try {
    for (const { message } of oddities) services.report({ type: 'warning', message });
    await runPlays(playbooks, run);
  } catch (error) {
    if (!(error instanceof RolecallError && error.code === 'interrupted')) throw error;
    interrupted = true;
  } finally {
    await run.close();
  }
  return finish(run, performance.now() - started, interrupted || run.interrupted);
}

/** Throws every wrong parameter of typed roles, before any host is contacted. */
async function assertRoles(plays: readonly Play[], run: Run, site: readonly Play[]): Promise<void> {
  const { fleet, problems } = await readFleet(plays, run, site);
  run.fleet = fleet;
  const all = problems.length > 0 ? problems : fleetProblems(fleet);
  if (all.length > 0) throw new RolecallError([...all]);
}

/** A playbook begins when the one before it is over; its plays as they need each other. */
async function runPlays(playbooks: readonly LoadedPlaybook[], run: Run): Promise<void> {
  let before = 0;
  for (const { plays } of playbooks) {
    const first = before + 1;
    const goesOn = await runSchedule({
      ...playOrder(plays),
      oneAtATime: run.context.options.startAtTask !== undefined,
      mayBegin: () => !run.interrupted,
      hosts: (index, ready) => foreseenHosts(plays[index]!, run, ready),
      run: (index) => runPlay(plays[index]!, first + index, run),
      left: (ended) => warnOfRest(plays[ended]!, run),
    });
    if (!goesOn || run.interrupted) return;
    before += plays.length;
  }
}

function warnOfRest(ended: Play, run: Run): void {
  const message = `'${titleOfPlay(ended)}' failed: plays that run already end, no other begins`;
  run.context.services.report({ type: 'warning', message });
}

function finish(run: Run, durationMs: number, interrupted: boolean): RunSummary {
  const played = [...run.hosts].filter(([, host]) => host.played);
  const hosts = new Map(played.map(([name, host]) => [name, host.counts]));
  const all = [...hosts.values()];
  const owing = run.context.options.checkMode ? [] : [...run.hosts.values()];
  const owed = new Map(
    owing
      .map(({ name, notified, unfinished }) => ({
        name,
        open: new Map([...unfinished, ...notified]),
      }))
      .filter(({ open }) => open.size > 0)
      .map(({ name, open }) => [name, [...open.values()]]),
  );
  const some = (pick: (counts: Counts) => number) => all.some((counts) => pick(counts) > 0);
  const lost = [...run.hosts.values()].some(({ state }) => state === 'unreachable');
  let exitStatus = 0;
  if (run.startNotFound !== undefined) {
    const message = `no task matches --start-at-task '${run.startNotFound}': nothing was run`;
    run.context.services.report({ type: 'warning', message });
    exitStatus = 1;
  }
  if (some((counts) => counts.failed)) exitStatus = 2;
  if (some((counts) => counts.unreachable) || lost) exitStatus = 4;
  if (interrupted) exitStatus = 130;
  run.context.services.report({
    type: 'run-finished',
    durationMs,
    hosts,
    owed,
    interrupted,
    exitStatus,
  });
  return {
    exitStatus,
    hosts,
    changed:
      some((counts) => counts.changed) ||
      (run.context.options.checkMode && some((counts) => counts.unknown)),
  };
}
