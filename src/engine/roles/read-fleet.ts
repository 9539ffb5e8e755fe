import { type Problem, RolecallError } from '../../errors.ts';
import type { Play } from '../../playbook/play.ts';
import { Unknown } from '../../values.ts';
import { evaluateValue } from '../../variables/values.ts';
import { matchPlay } from '../play-hosts.ts';
import { PlayState } from '../play-state.ts';
import { readVarsFiles } from '../play-vars-files.ts';
import type { Run } from '../run-state.ts';
import { decideConditions } from '../task-item.ts';
import type { TaskScope } from '../task-scope.ts';
import { distinctProblems } from './distinct-problems.ts';
import { RoleFleet } from './fleet.ts';
import { factNames } from './later-names.ts';
import { parametersOf } from './parameters.ts';
import { type RoleUse, usesOf } from './uses.ts';

export interface FleetReading {
  readonly fleet: RoleFleet;
  readonly problems: readonly Problem[];
}

/**
 * Which hosts get which typed role with what parameters, from inventory and playbooks alone. What only
 * facts or results can tell is left to the run. `site` are plays that do not run but say who else there
 * is: what a role derives from other hosts must not depend on which part of a site is run.
 */
export async function readFleet(
  plays: readonly Play[],
  run: Run,
  site: readonly Play[] = [],
): Promise<FleetReading> {
  const { inventory, services } = run.context;
  const fleet = new RoleFleet(inventory, (host, name) => read(run, host, name));
  const problems: Problem[] = [];
  const later = factNames(plays);
  const ofAll = [
    ...plays.map((play) => ({ play, fromSite: false })),
    ...site.map((play) => ({ play, fromSite: true })),
  ];
  for (const { play, fromSite } of ofAll) {
    const uses = await (fromSite ? usesOf(play, services).catch(none) : usesOf(play, services));
    if (uses.length === 0) continue;
    const state = stateOf(play, run);
    for (const use of uses) {
      for (const host of state.hostsAll) {
        const scope = run.variables.taskScope(host, state, use.task, use.inherited);
        const found = placeOn({ host, use, fromSite }, scope, fleet, run, later);
        // What is wrong elsewhere in the site is said when that is run.
        if (!fromSite) problems.push(...found);
      }
    }
  }
  return { fleet, problems: distinctProblems(problems) };
}

/** A role of the rest of the site that cannot be loaded. */
function none(error: unknown): RoleUse[] {
  if (error instanceof RolecallError) return [];
  throw error;
}

function placeOn(
  { host, use, fromSite }: { host: string; use: RoleUse; fromSite: boolean },
  scope: TaskScope,
  fleet: RoleFleet,
  run: Run,
  isLater: (error: RolecallError) => boolean,
): readonly Problem[] {
  const applies = condition(use, scope);
  if (applies === false) return [];
  fleet.assign(host, use.role.name);
  if (applies === undefined) return [];
  const parameters = parametersOf(use.role, use.entryPoint, use.task, scope);
  switch (parameters.kind) {
    case 'wrong':
      return parameters.problems.map((problem) => ({ ...problem, host }));
    case 'open':
      return isLater(parameters.error)
        ? []
        : parameters.error.problems.map((problem) => ({ ...problem, host }));
    case 'unknown':
      return [];
    case 'known': {
      for (const secret of parameters.secrets) run.context.services.redactor.add(secret);
      const { params, given } = parameters;
      fleet.place({ use, host: fleet.host(host), params, given, fromSite });
      return [];
    }
  }
}

/** Whether `when` lets the role run; undefined where only a run can tell. */
function condition({ inherited }: RoleUse, scope: TaskScope): boolean | undefined {
  try {
    const decided = decideConditions(inherited.when, scope);
    if (decided instanceof Unknown) return undefined;
    return decided === undefined;
  } catch (error) {
    if (error instanceof RolecallError) return undefined;
    throw error;
  }
}

/** A play with all its hosts, before it begins. */
export function stateOf(play: Play, run: Run): PlayState {
  const { hosts } = matchPlay(play, run);
  return new PlayState(
    play,
    0,
    hosts.map((name) => run.host(name)),
    new Map(),
    (host) => readVarsFiles(play, host, run),
  );
}

function read(run: Run, host: string, name: string) {
  try {
    const scope = run.variables.hostScope(host, undefined);
    const value = scope.get(name);
    return value === undefined ? undefined : evaluateValue(value, scope);
  } catch (error) {
    if (error instanceof RolecallError) return undefined;
    throw error;
  }
}
