import { RolecallError } from '../errors.ts';
import { findRun, hostsOfRun, openIntents, type RecordedRun } from '../history/read.ts';
import { tee } from '../reporters/tee.ts';
import { namesOfExtraVars } from '../variables/extra-vars.ts';
import { takenAsDone } from './begun.ts';
import { DoneSteps, doneKeys } from './done-steps.ts';
import { execute } from './execute.ts';
import { loadChecked } from './load-checked.ts';
import { readHistory } from './open-history.ts';
import { makeReporter } from './output-options.ts';
import type { RunCommandOptions } from './run-options.ts';

export interface ResumeOptions extends RunCommandOptions {
  /** What is done about commands whose end is not known: `again`, `done`, with `HOST=` for one host. */
  readonly begun?: readonly string[];
}

/** Goes on with a run; returns the exit status. Throws `unknown-run`, and `option-invalid` where it cannot. */
export async function resumeRun(id: number, given: ResumeOptions): Promise<number> {
  const earlier = readHistory(given.history || undefined, (database) => {
    const run = findRun(database, id);
    return run && { run, hosts: hostsOfRun(database, run), begun: openIntents(database, run.id) };
  });
  if (!earlier) {
    throw new RolecallError({ code: 'unknown-run', message: `the history has no run ${id}` });
  }
  const { run, hosts, begun } = earlier;
  assertResumable(run);
  const done = doneKeys(hosts, takenAsDone(begun, given.begun));
  const options = optionsOf(run, given);
  const loaded = await loadChecked(run.playbooks, options);
  const guard = new DoneSteps(done);
  const following = { report: guard.report.bind(guard), finish: async () => {} };
  const shown = tee([following, await makeReporter(options)]);
  return execute(loaded, options, { given: shown, guard });
}

function assertResumable({ id, kind, checkMode, state, folder }: RecordedRun): void {
  const wrong = (message: string, hint?: string) =>
    new RolecallError({ code: 'option-invalid', message: `run ${id} ${message}`, hint });
  if (kind !== 'run' || checkMode) {
    throw wrong('is no run of playbooks', 'Of a plan make a new one, and apply that.');
  }
  if (state === 'running') throw wrong('is still under way', 'Wait until it ends.');
  if (folder !== process.cwd()) {
    throw wrong(`ran in ${folder}`, 'Go there: files that its options name are relative to it.');
  }
}

/** The options of the run as it is recorded; what is about passwords, pace and output is given anew. */
function optionsOf({ options, inventory }: RecordedRun, given: ResumeOptions): ResumeOptions {
  const recorded = options as Partial<RunCommandOptions>;
  const { files, variables } = recordedVars(recorded.extraVars ?? []);
  const named = new Set(namesOfExtraVars(given.extraVars ?? []).variables);
  const missing = variables.filter((name) => !named.has(name));
  if (missing.length > 0) {
    throw new RolecallError({
      code: 'option-invalid',
      message: `the run was given -e ${missing.map((name) => `${name}=…`).join(' -e ')}: give it again`,
    });
  }
  return {
    ...given,
    inventory,
    extraVars: [...files, ...(given.extraVars ?? [])],
    ...picked(recorded, ['limit', 'tags', 'skipTags', 'startAtTask', 'forceHandlers']),
    ...picked(recorded, ['user', 'connection', 'become', 'becomeMethod', 'becomeUser']),
    ...picked(recorded, ['vaultPasswordFile', 'vaultId', 'privateKey', 'becomePasswordFile']),
  };
}

/** Files stand in the record with their @, of other variables the names. */
function recordedVars(texts: readonly string[]) {
  return {
    files: texts.filter((text) => text.startsWith('@')),
    variables: texts.filter((text) => !text.startsWith('@')),
  };
}

function picked<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<T> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  ) as unknown as Partial<T>;
}
