import { type AptCacheState, aptCache } from '../observe/apt-cache.ts';
import type { Observation } from '../observe/observation.ts';
import { type AptArgs, aptArgs, aptRequest } from './apt-args.ts';
import { aptGet } from './apt-commands.ts';
import { checkDeb, debDecision, debQuestions } from './apt-deb.ts';
import { decidePackages } from './apt-decide.ts';
import { specProblem } from './apt-names.ts';
import { cleaningQuestions, packageQuestions, plannedCommands } from './apt-plan.ts';
import { simulation } from './apt-simulation.ts';
import { defineModule } from './contract.ts';

interface Prepared {
  readonly checkMode: boolean;
}

export const apt = defineModule<
  typeof aptArgs,
  Prepared,
  Record<string, Observation<unknown>>,
  Record<string, Observation<unknown>>
>({
  name: 'apt',
  summary: 'Installs, upgrades and removes Debian packages.',
  args: aptArgs,
  aliases: {
    package: 'name',
    pkg: 'name',
    'update-cache': 'update_cache',
    'allow-downgrade': 'allow_downgrade',
    allow_downgrades: 'allow_downgrade',
    'allow-downgrades': 'allow_downgrade',
    'allow-unauthenticated': 'allow_unauthenticated',
    'default-release': 'default_release',
    'install-recommends': 'install_recommends',
  },
  examples: [
    '- name: Install nginx, refreshing the lists once an hour\n  apt:\n    name: nginx\n    update_cache: true\n    cache_valid_time: 3600',
    '- name: Remove what nothing needs\n  apt:\n    autoremove: true\n    purge: true',
  ],
  returns: {
    cache_updated: 'Whether the package lists were refreshed.',
    cache_update_time: 'When they were refreshed last, in seconds since 1970.',
    stdout: 'What apt-get wrote.',
    stderr: 'What apt-get wrote to standard error.',
  },
  check,
  prepare: (_args, controller) => ({ checkMode: controller.checkMode }),
  observe(args) {
    const request = aptRequest(args);
    return {
      cache: aptCache(),
      ...packageQuestions(request),
      ...debQuestions(request),
      ...cleaningQuestions(request),
    };
  },
  refine(args, observed) {
    const request = aptRequest(args);
    if ((observed.cache as AptCacheState).unsupported) return {};
    const questions: Record<string, Observation<unknown>> = {};
    for (const { action, words } of plannedCommands(request, observed)) {
      questions[`simulated ${action}`] = simulation(action, aptGet(action, words, request, true));
    }
    return questions;
  },
  decide(args, observed) {
    const request = aptRequest(args);
    const cache = observed.cache as AptCacheState;
    if (cache.unsupported) {
      return {
        kind: 'failed',
        message: 'apt-get is not installed on this host',
        hint: "Use 'package' or the module of the host's own package manager.",
      };
    }
    if (request.deb !== undefined) return debDecision(request, cache, observed);
    return decidePackages(request, cache, observed, args.checkMode);
  },
});

function check(args: AptArgs): string[] {
  const problems = (args.name ?? []).flatMap((name) => specProblem(name) ?? []);
  const request = aptRequest(args);
  if (args.deb !== undefined && args.name !== undefined)
    problems.push('deb and name exclude each other');
  if (request.upgrade !== 'no' && (args.name !== undefined || args.deb !== undefined)) {
    problems.push('upgrade excludes name and deb');
  }
  if (request.state === 'build-dep' && !args.name) problems.push("state 'build-dep' needs name");
  const asked = [
    args.name,
    args.deb,
    args.update_cache,
    args.autoremove,
    args.autoclean,
    args.clean,
  ];
  const nothing = asked.every((value) => value === undefined || value === false);
  if (
    nothing &&
    request.upgrade === 'no' &&
    request.cache_valid_time === 0 &&
    request.state !== 'fixed'
  ) {
    problems.push(
      'one of name, deb, upgrade, update_cache, autoremove, autoclean, clean is needed',
    );
  }
  return [...problems, ...checkDeb(request)];
}
