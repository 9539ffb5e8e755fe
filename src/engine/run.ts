import { RolecallError } from '../errors.ts';
import type { Counts } from '../events.ts';
import type { LoadedPlaybook } from '../playbook/load.ts';
import type { Play, VarsPrompt } from '../playbook/play.ts';
import { Float, type Mapping, Unknown, type Value } from '../values.ts';
import type { VariableScope } from '../variables/scope.ts';
import { evaluateValue } from '../variables/values.ts';
import type { HostRun } from './host-run.ts';
import { matchPlay } from './play-hosts.ts';
import { PlayRun } from './play-run.ts';
import { PlayState } from './play-state.ts';
import { readVarsFiles } from './play-vars-files.ts';
import { fleetProblems } from './roles/check-fleet.ts';
import { readFleet } from './roles/read-fleet.ts';
import type { Run } from './run-state.ts';

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
  await assertRoles(
    plays,
    run,
    site.flatMap((playbook) => playbook.plays),
  );
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
    await runPlays(plays, run);
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

async function runPlays(plays: readonly Play[], run: Run): Promise<void> {
  for (const [index, play] of plays.entries()) {
    if (run.interrupted) return;
    const goesOn = await runPlay(play, index + 1, run);
    if (!goesOn) return;
  }
}

/** False when the plays behind it must not run. */
async function runPlay(play: Play, number: number, run: Run): Promise<boolean> {
  const { services } = run.context;
  const name = play.name ?? String(play.hosts);
  const hosts = hostsOf(play, run);
  if (hosts.length === 0) {
    services.report({ type: 'play-skipped', name, reason: 'no hosts matched' });
    return true;
  }
  const prompts = await ask(play, run);
  const state = new PlayState(play, hosts, prompts, (host) => readVarsFiles(play, host, run));
  run.currentPlay = state;
  const batches = batchesOf(play, hosts, run, state);
  let allLost = false;
  for (const [index, batch] of batches.entries()) {
    state.beginBatch(batch);
    for (const host of batch) host.played = true;
    services.report({
      type: 'play-started',
      name,
      hosts: batch.map((host) => host.name),
      play: number,
      batch: index + 1,
      batches: batches.length,
    });
    const playRun = new PlayRun(run, play, batch, state);
    try {
      await playRun.start();
    } finally {
      for (const host of batch) if (host.state === 'ended') host.state = 'active';
    }
    const lost = batch.every(({ state: end }) => end === 'failed' || end === 'unreachable');
    allLost = lost;
    if (playRun.ended || state.stopped || lost) break;
  }
  services.report({ type: 'play-finished', name, play: number });
  return !state.stopped && !allLost;
}

/** The hosts of a play that have not failed before, in its order. */
function hostsOf(play: Play, run: Run): HostRun[] {
  const { options, services } = run.context;
  const { hosts, warnings } = matchPlay(play, run, { limit: options.limit });
  for (const { message } of warnings) services.report({ type: 'warning', message });
  const names = ordered([...hosts], play.order);
  return names.map((name) => run.host(name)).filter(({ state }) => state === 'active');
}

function ordered(names: string[], order: Play['order']): string[] {
  switch (order) {
    case 'inventory':
      return names;
    case 'reverse_inventory':
      return names.reverse();
    case 'sorted':
      return names.sort();
    case 'reverse_sorted':
      return names.sort().reverse();
    case 'shuffle':
      return names
        .map((name) => ({ name, key: Math.random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ name }) => name);
  }
}

/** `serial`: numbers, percents, or a list of them whose last one goes on. */
function batchesOf(play: Play, hosts: readonly HostRun[], run: Run, state: PlayState): HostRun[][] {
  if (play.serial.length === 0) return [[...hosts]];
  const scope = run.variables.hostScope(hosts[0]!.name, state);
  const sizes = play.serial.flatMap((written) => sizesOf(written, scope, hosts.length, play));
  const batches: HostRun[][] = [];
  const waiting = [...hosts];
  for (let index = 0; waiting.length > 0; index++) {
    const size = sizes[Math.min(index, sizes.length - 1)]!;
    batches.push(waiting.splice(0, size <= 0 ? waiting.length : size));
  }
  return batches;
}

function sizesOf(written: Value, scope: VariableScope, total: number, play: Play): number[] {
  const value = evaluateValue(written, scope, play.at);
  if (Array.isArray(value)) return value.flatMap((item) => sizesOf(item, scope, total, play));
  const text = value instanceof Float ? String(value.value) : String(value);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text.trim());
  const size = percent ? Math.max(1, Math.floor((Number(percent[1]) * total) / 100)) : Number(text);
  if (value instanceof Unknown || !Number.isInteger(size) || size < 0) {
    throw new RolecallError({
      code: 'invalid-argument',
      message: `serial is '${text}'`,
      at: play.at,
      expected: 'a number of hosts, a percentage such as 30%, or a list of them',
    });
  }
  return [size];
}

async function ask(play: Play, run: Run): Promise<Mapping> {
  const answers: Mapping = new Map();
  const { options, services } = run.context;
  for (const prompt of play.varsPrompt) {
    if (options.extraVars.has(prompt.name)) continue;
    services.report({ type: 'prompt-started' });
    const given = await answerTo(prompt, run);
    const answer = given === '' ? (prompt.default ?? '') : given;
    if (
      prompt.confirm &&
      given !== '' &&
      (await services.prompt(`confirm ${prompt.prompt}: `, prompt.private)) !== given
    ) {
      throw new RolecallError({
        code: 'invalid-argument',
        message: `the two answers for '${prompt.name}' differ`,
        at: prompt.at,
      });
    }
    services.report({ type: 'prompt-finished' });
    if (prompt.private && given !== '') services.redactor.add(given);
    answers.set(prompt.name, answer);
  }
  return answers;
}

/** Where nobody can be asked, the default counts, as in Ansible. */
async function answerTo({ name, prompt, private: hidden, default: value }: VarsPrompt, run: Run) {
  const { services } = run.context;
  try {
    return await services.prompt(`${prompt}: `, hidden);
  } catch (error) {
    const unasked = error instanceof RolecallError && error.code === 'option-invalid';
    if (!unasked || value === undefined) throw error;
    const message = `'${name}' cannot be asked here: its default is taken`;
    services.report({ type: 'warning', message });
    return '';
  }
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
