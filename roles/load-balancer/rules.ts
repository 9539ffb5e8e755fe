import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import { backendProblems } from './backend-rules.ts';
import { listeningProblems } from './listening-rules.ts';
import type { Params } from './params.ts';
import { serversOf } from './servers.ts';
import { milliseconds } from './times.ts';

/** Everything that HAProxy's own check would let through, or say later and on the host. */
export function rules(context: RoleContext<Params>): RoleProblem[] {
  return [
    ...listeningProblems(context),
    ...frontendProblems(context.params),
    ...duplicates(context.params, 'frontends'),
    ...duplicates(context.params, 'backends'),
    ...context.params.backends.flatMap((backend, index) =>
      backendProblems(backend, index, context),
    ),
    ...timeProblems(context.params),
    ...maintenanceProblems(context),
  ];
}

function frontendProblems({ frontends, backends }: Params): RoleProblem[] {
  const names = backends.map(({ name }) => name);
  return frontends.flatMap((frontend, index) => {
    const path = ['frontends', index];
    const problems: RoleProblem[] = [];
    if (!names.includes(frontend.backend)) {
      problems.push({
        path: [...path, 'backend'],
        message: `frontend '${frontend.name}' refers to the backend '${frontend.backend}', which does not exist`,
        expected: `one of ${names.join(', ')}`,
        ...nearest(frontend.backend, names),
      });
    }
    const first = frontends.find(({ backend }) => backend === frontend.backend)!;
    if (first.mode !== frontend.mode) {
      problems.push({
        path: [...path, 'mode'],
        message: `frontend '${frontend.name}' has mode ${frontend.mode}, '${first.name}' has ${first.mode}, and both are served by the backend '${frontend.backend}'`,
        expected: 'the same mode for all frontends of a backend',
      });
    }
    if (frontend.name === 'stats') {
      problems.push({
        path: [...path, 'name'],
        message: "'stats' is the name of the frontend for statistics",
        expected: 'another name',
      });
    }
    return problems;
  });
}

function duplicates(params: Params, list: 'frontends' | 'backends'): RoleProblem[] {
  const names = params[list].map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: [list, index, 'name'],
            message: `the ${list.slice(0, -1)} '${name}' is there twice`,
          },
        ],
  );
}

/** HAProxy counts milliseconds in 31 bits. */
const longest = 2 ** 31 - 1;

function timeProblems({ timeouts, drainTimeout, hardStopAfter, frontends, backends }: Params) {
  const times: [path: (string | number)[], time: string | undefined][] = [
    ...Object.entries(timeouts).map(([name, time]): [string[], string] => [
      ['timeouts', name],
      time,
    ]),
    [['drainTimeout'], drainTimeout],
    [['hardStopAfter'], hardStopAfter],
    ...frontends.map(({ clientTimeout }, index): [(string | number)[], string | undefined] => [
      ['frontends', index, 'clientTimeout'],
      clientTimeout,
    ]),
    ...backends.flatMap(({ check, timeouts: own = {} }, index) => [
      [['backends', index, 'check', 'inter'], check.inter] as [(string | number)[], string],
      ...Object.entries(own).map(([name, time]): [(string | number)[], string] => [
        ['backends', index, 'timeouts', name],
        time,
      ]),
    ]),
  ];
  const problems = times.flatMap(([path, time]): RoleProblem[] => {
    const ms = time === undefined ? 1 : milliseconds(time);
    if (ms > 0 && ms <= longest) return [];
    return [
      {
        path,
        message: `${path.at(-1)} is ${time}`,
        expected: 'a time above 0 and below 25 days',
        ...(ms === 0 && { hint: 'HAProxy takes 0 for no limit: connections would pile up.' }),
      },
    ];
  });
  if (milliseconds(drainTimeout) > milliseconds(hardStopAfter)) {
    problems.push({
      path: ['drainTimeout'],
      message: `drainTimeout is ${drainTimeout}, hardStopAfter is ${hardStopAfter}: a reload would cut sessions that may still end`,
      expected: `at most ${hardStopAfter}`,
    });
  }
  return problems;
}

function maintenanceProblems(context: RoleContext<Params>): RoleProblem[] {
  const { maintenance, backends } = context.params;
  const names = [
    ...new Set(backends.flatMap((backend) => serversOf(backend, context).map(({ name }) => name))),
  ];
  const unknown = maintenance.flatMap((name, index): RoleProblem[] =>
    names.includes(name)
      ? []
      : [
          {
            path: ['maintenance', index],
            message: `no backend has a server '${name}' to put into maintenance`,
            expected: `one of ${names.join(', ')}`,
            ...nearest(name, names),
          },
        ],
  );
  const without = backends.filter((backend) => {
    const servers = serversOf(backend, context);
    return servers.length > 0 && servers.every(({ name }) => maintenance.includes(name));
  });
  return [
    ...unknown,
    ...without.map(({ name }) => ({
      path: ['maintenance'],
      message: `every server of the backend '${name}' is in maintenance: nobody would serve`,
    })),
  ];
}

function nearest(name: string, names: readonly string[]): { nearest?: string } {
  const found = nearestName(name, names);
  return found === undefined ? {} : { nearest: found };
}
