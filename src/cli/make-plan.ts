import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { ConnectionDefaults } from '../engine/target.ts';
import type { Reporter } from '../events.ts';
import type { Checkout } from '../history/facts.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Digests } from '../plan/digest.ts';
import type { Plan, PlanCommand, PlanSource } from '../plan/plan.ts';
import { type Foreseen, PlanRecorder } from '../plan/recorder.ts';
import { sourceDigests } from '../plan/sources.ts';
import { tee } from '../reporters/tee.ts';
import type { Mapping } from '../values.ts';
import { namesOfExtraVars } from '../variables/extra-vars.ts';
import { checkoutOf } from './checkout.ts';
import { execute } from './execute.ts';
import type { LoadedRun } from './load-run.ts';
import { ownVersion } from './own-version.ts';
import type { RunCommandOptions } from './run-options.ts';
import { type RecordedFiles, sourcePaths } from './run-sources.ts';

/** A site as it was read, with what it takes to plan it. */
export interface PlannedSite {
  readonly loaded: LoadedRun;
  readonly recorded: RecordedFiles;
  readonly digests: Digests;
  /** Files of a plan are named relative to it. */
  readonly base: string;
}

/** Runs dry and tells what it came to; shown by `shown`. */
export async function foresee(
  site: PlannedSite,
  options: RunCommandOptions,
  shown: Reporter,
  connection: ConnectionDefaults,
): Promise<Foreseen> {
  const recorder = new PlanRecorder(site.digests, placeIn(site.base));
  const following: Reporter = {
    report: (event) => recorder.report(event),
    finish: async () => {},
  };
  const given = tee([following, shown]);
  await execute(
    site.loaded,
    { ...options, check: true },
    {
      ...{ given, guard: recorder, connection, kind: 'plan' },
    },
  );
  return recorder.foreseen();
}

/** The plan of what was foreseen. */
export async function planOf(
  site: PlannedSite,
  foreseen: Foreseen,
  options: RunCommandOptions,
): Promise<Plan> {
  const checkout = await checkoutOf(site.base);
  return {
    rolecallPlan: 1,
    id: randomBytes(6).toString('hex'),
    made: {
      at: new Date().toISOString(),
      by: `${userInfo().username}@${hostname()}`,
      rolecall: ownVersion(),
      ...(checkout && { commit: commitText(checkout) }),
    },
    key: site.digests.keyId,
    command: commandOf(site, options),
    sources: [...sourcesNow(site, options)],
    inventory: inventoryDigest(site.loaded.inventory, site.digests),
    plays: [...foreseen.plays],
    hosts: { ...foreseen.hosts },
    steps: [...foreseen.steps],
    exitStatus: foreseen.exitStatus,
  };
}

/** What it rests on, as it is now; `more` are names of files that count besides, relative to the base. */
export function sourcesNow(
  { loaded, recorded, digests, base }: PlannedSite,
  { extraVars }: RunCommandOptions,
  more: readonly string[] = [],
): readonly PlanSource[] {
  const paths = sourcePaths(loaded, recorded.read, extraVars);
  return sourceDigests([...paths, ...more.map((name) => join(base, name))], base, digests);
}

/** Hosts, groups and variables: what scripts answer is in no file. */
export function inventoryDigest(inventory: Inventory, digests: Digests): string {
  const hosts = [...inventory.hosts].map(([name, { vars, groups }]) => [name, vars, groups]);
  const groups = [...inventory.groups].map(([name, { vars, children }]) => [name, vars, children]);
  return digests.of([hosts, groups]);
}

export function placeIn(base: string): (id: string) => string {
  const prefix = `${base}/`;
  return (id) => (id.startsWith(prefix) ? id.slice(prefix.length) : id);
}

function commandOf(
  { loaded, digests, base }: PlannedSite,
  options: RunCommandOptions,
): PlanCommand {
  const { files, variables } = namesOfExtraVars(options.extraVars ?? []);
  return {
    playbooks: loaded.playbooks.map(({ file }) => relative(base, file)),
    inventory: loaded.inventory.sources.map((source) =>
      source.includes(',') ? source : relative(base, resolve(source)),
    ),
    ...(options.limit !== undefined && { limit: options.limit }),
    tags: [...(options.tags ?? [])],
    skipTags: [...(options.skipTags ?? [])],
    ...(options.startAtTask !== undefined && { startAtTask: options.startAtTask }),
    forceHandlers: options.forceHandlers ?? false,
    ...(options.user !== undefined && { user: options.user }),
    ...(options.connection !== undefined && { connection: options.connection }),
    become: options.become ?? false,
    becomeMethod: options.becomeMethod,
    becomeUser: options.becomeUser,
    extraVarsFiles: files.map((file) => relative(base, resolve(file))),
    extraVars: [...variables],
    extraVarsDigest: extraVarsDigest(loaded.extraVars, digests),
  };
}

/** Of the values of all -e. */
export function extraVarsDigest(extraVars: Mapping, digests: Digests): string {
  return digests.of(extraVars);
}

/** The commit, with + where files differ from it. */
function commitText({ commit, dirty }: Checkout): string {
  return `${commit.slice(0, 12)}${dirty ? '+' : ''}`;
}
