import type { ConnectionDefaults } from '../engine/target.ts';
import { RolecallError } from '../errors.ts';
import type { Reporter } from '../events.ts';
import { compareForeseen, type Moved } from '../plan/compare.ts';
import { assertSealed, type PlanFile } from '../plan/file.ts';
import type { Plan } from '../plan/plan.ts';
import { changedSources } from '../plan/sources.ts';
import { PlanWarrant } from '../plan/warrant.ts';
import { count } from '../reporters/text.ts';
import { namesOfExtraVars } from '../variables/extra-vars.ts';
import type { ApplyOptions } from './apply.ts';
import { connectionDefaults } from './connection-options.ts';
import { execute } from './execute.ts';
import {
  extraVarsDigest,
  foresee,
  inventoryDigest,
  type PlannedSite,
  placeIn,
  sourcesNow,
} from './make-plan.ts';
import { planDigests, siteFor } from './planned-site.ts';
import type { RunCommandOptions } from './run-options.ts';

/**
 * Does what a plan says; returns the exit status. Throws `plan-invalid` and `plan-outdated` before any
 * host is contacted; hosts that moved fail with `plan-outdated`.
 */
export async function applyPlan(
  name: string,
  file: PlanFile,
  given: ApplyOptions,
): Promise<number> {
  const { plan } = file;
  // Ahead of all else: nothing that an altered plan names is read or run.
  const digests = planDigests(given);
  assertSealed(name, file, digests);
  const options = optionsOf(plan, given);
  const site = await siteFor(plan.command.playbooks, options, digests);
  assertSources(name, plan, site, options);
  const connection = await connectionDefaults(options);
  const hosts = Object.keys(plan.hosts).length;
  process.stderr.write(`plan ${plan.id}: looking whether ${count(hosts, 'host')} moved since\n`);
  const moved = await movedSince(plan, site, options, connection);
  const guard = new PlanWarrant(plan.steps, moved, digests, placeIn(site.base));
  return execute(site.loaded, { ...options, check: false }, { guard, connection, kind: 'apply' });
}

function optionsOf({ command }: Plan, given: ApplyOptions): RunCommandOptions & ApplyOptions {
  const { limit, tags, skipTags, startAtTask, forceHandlers, inventory } = command;
  const { user, connection, become, becomeMethod, becomeUser } = command;
  return {
    ...given,
    inventory,
    ...(limit !== undefined && { limit }),
    tags,
    skipTags,
    ...(startAtTask !== undefined && { startAtTask }),
    forceHandlers,
    ...(user !== undefined && { user }),
    ...(connection !== undefined && { connection }),
    ...{ become, becomeMethod, becomeUser },
    extraVars: [...command.extraVarsFiles.map((path) => `@${path}`), ...(given.extraVars ?? [])],
  };
}

function assertSources(
  name: string,
  plan: Plan,
  site: PlannedSite,
  options: RunCommandOptions,
): void {
  const { digests, loaded } = site;
  const planned = plan.sources.map(({ file }) => file);
  const reasons = [
    ...changedSources(plan.sources, sourcesNow(site, options, planned)),
    ...extraVarsReasons(plan, site, options),
  ];
  if (reasons.length === 0 && plan.inventory !== inventoryDigest(loaded.inventory, digests)) {
    reasons.push('the inventory has other hosts, groups or variables');
  }
  if (reasons.length === 0) return;
  const shown = reasons.slice(0, 10).map((reason) => `  ${reason}`);
  if (reasons.length > 10) shown.push(`  and ${reasons.length - 10} more`);
  throw new RolecallError({
    code: 'plan-outdated',
    message: [`${name} does not fit what is here now:`, ...shown].join('\n'),
  });
}

function extraVarsReasons(
  { command }: Plan,
  { loaded, digests }: PlannedSite,
  { extraVars = [] }: RunCommandOptions,
): string[] {
  if (command.extraVarsDigest === extraVarsDigest(loaded.extraVars, digests)) return [];
  const given = new Set(namesOfExtraVars(extraVars).variables);
  const missing = command.extraVars.filter((name) => !given.has(name));
  if (missing.length > 0)
    return missing.map((name) => `the plan was made with -e ${name}=…: give it again`);
  return ['-e has other values than when the plan was made'];
}

/** Hosts on which something is not as it was, and those on which the dry run of the plan failed. */
async function movedSince(
  plan: Plan,
  site: PlannedSite,
  options: RunCommandOptions,
  connection: ConnectionDefaults,
): Promise<Moved> {
  const now = await foresee(site, { ...options, history: false }, quiet, connection);
  const moved = new Map(compareForeseen(plan, now));
  for (const [host, { counts }] of Object.entries(plan.hosts)) {
    if (counts.failed + counts.unreachable === 0) continue;
    moved.set(host, [...(moved.get(host) ?? []), 'the plan could not be made for it: it failed']);
  }
  return moved;
}

const quiet: Reporter = {
  report: (event) => {
    if (event.type === 'warning') process.stderr.write(`warning: ${event.message}\n`);
  },
  finish: async () => {},
};
