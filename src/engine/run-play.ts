import { RolecallError } from '../errors.ts';
import { isTemplate } from '../playbook/keyword-values.ts';
import type { Play, VarsPrompt } from '../playbook/play.ts';
import { Float, type Mapping, Unknown, type Value } from '../values.ts';
import type { VariableScope } from '../variables/scope.ts';
import { evaluateValue } from '../variables/values.ts';
import type { HostRun } from './host-run.ts';
import { matchPlay } from './play-hosts.ts';
import { PlayRun } from './play-run.ts';
import { PlayState } from './play-state.ts';
import { readVarsFiles } from './play-vars-files.ts';
import type { Run } from './run-state.ts';
import { titleOfPlay } from './title.ts';

/** False when the plays behind it must not run. */
export async function runPlay(play: Play, number: number, run: Run): Promise<boolean> {
  const { services } = run.context;
  const name = titleOfPlay(play);
  const hosts = hostsOf(play, run);
  if (hosts.length === 0) {
    services.report({ type: 'play-skipped', name, play: number, reason: 'no hosts matched' });
    return true;
  }
  const prompts = await run.questions.use(() => ask(play, run));
  const state = new PlayState(play, number, hosts, prompts, (host) =>
    readVarsFiles(play, host, run),
  );
  run.plays.add(state);
  try {
    return await runBatches(state, hosts, run);
  } finally {
    run.plays.delete(state);
  }
}

async function runBatches(state: PlayState, hosts: readonly HostRun[], run: Run): Promise<boolean> {
  const { play, number } = state;
  const { services } = run.context;
  const name = titleOfPlay(play);
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

/** The hosts that a play would get now; undefined while that may change, or cannot be told. */
export function foreseenHosts(
  play: Play,
  run: Run,
  ready: boolean,
): ReadonlySet<string> | undefined {
  if (!ready && [play.hosts].flat().some(isTemplate)) return undefined;
  try {
    return new Set(matchPlay(play, run, { limit: run.context.options.limit }).hosts);
  } catch (error) {
    if (error instanceof RolecallError) return undefined;
    throw error;
  }
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
