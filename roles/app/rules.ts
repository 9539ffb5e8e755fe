import { type Fleet, nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import { codebaseProblems, placeProblems } from '../release/place-rules.ts';
import { milliseconds } from './durations.ts';
import type { AppParams } from './parameters.ts';

/** What is wrong with parameters that each are well-formed. */
export function appProblems({ params, fleet }: RoleContext<AppParams>): RoleProblem[] {
  return [
    ...placeProblems(params),
    ...codebaseProblems(params.codebase, params.application, params.release, ['release'], fleet),
    ...serviceProblems(params, fleet),
    ...rolloutProblems(params, fleet),
    ...databaseProblems(params, fleet),
    ...secretProblems(params),
  ];
}

function serviceProblems({ service }: AppParams, fleet: Fleet): RoleProblem[] {
  const problems: RoleProblem[] = [];
  if (service.user === 'root') {
    problems.push({
      path: ['service', 'user'],
      message: "the service is to run as 'root'",
      expected: 'a user of its own: whoever breaks into the service must not own the host',
    });
  }
  const stop = milliseconds(service.stopTimeout) ?? 0;
  for (const { host, params } of fleet.members<{ drainTimeout?: unknown }>('load-balancer')) {
    const drain = milliseconds(params.drainTimeout);
    if (drain === undefined || stop >= drain) continue;
    problems.push({
      path: ['service', 'stopTimeout'],
      message: `stopTimeout ${service.stopTimeout} is less than the drainTimeout ${params.drainTimeout} of the load balancer ${host.name}`,
      expected: `${params.drainTimeout} or more: requests that the balancer lets finish must not be killed`,
    });
    break;
  }
  return problems;
}

function rolloutProblems({ application, rollout }: AppParams, fleet: Fleet): RoleProblem[] {
  const problems: RoleProblem[] = [];
  const servers = membersOf(application, fleet).length;
  if (servers > 1 && rollout.serial >= servers) {
    problems.push({
      path: ['rollout', 'serial'],
      message: `serial ${rollout.serial} would take all ${servers} servers of ${application} at once`,
      expected: `at most ${servers - 1}: one has to serve meanwhile`,
    });
  }
  if (rollout.maxFailures >= rollout.serial && rollout.maxFailures > 0) {
    problems.push({
      path: ['rollout', 'maxFailures'],
      message: `maxFailures ${rollout.maxFailures} with serial ${rollout.serial} would let a broken release reach every server`,
      expected: 'less than serial',
    });
  }
  return problems;
}

function databaseProblems({ database }: AppParams, fleet: Fleet): RoleProblem[] {
  if (!database) return [];
  const names = fleet.hosts.map((host) => host.name);
  const asked = [
    { name: database.primary, path: ['database', 'primary'] },
    ...(database.replicas ?? []).map((name, index) => ({
      name,
      path: ['database', 'replicas', index],
    })),
  ];
  const problems: RoleProblem[] = asked
    .filter(({ name }) => !names.includes(name))
    .map(({ name, path }) => ({
      path,
      message: `the inventory has no host '${name}'`,
      nearest: nearestName(name, names),
    }));
  const same = database.replicas?.indexOf(database.primary) ?? -1;
  if (same >= 0) {
    problems.push({
      path: ['database', 'replicas', same],
      message: `${database.primary} is both the primary and a replica`,
    });
  }
  return problems;
}

function secretProblems({ env, secrets }: AppParams): RoleProblem[] {
  return Object.keys(env)
    .filter((name) => name in secrets)
    .map((name) => ({
      path: ['env', name],
      message: `${name} is in env and in secrets`,
      hint: 'Keep the one in secrets.',
    }));
}

/** The hosts that run the application, in the order of the inventory. */
export function membersOf(application: string, fleet: Fleet): string[] {
  return fleet
    .members<{ application?: string }>('app')
    .filter(({ params }) => params.application === application)
    .map(({ host }) => host.name);
}
