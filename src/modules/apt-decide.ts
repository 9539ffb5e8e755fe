import { type AptCacheState, aptCache } from '../observe/apt-cache.ts';
import { type Prediction, predict } from '../observe/observation.ts';
import { absentPkg, isGlob, isInstalled, pkg } from '../observe/pkg.ts';
import { type Sh, sh } from '../shell/sh.ts';
import type { AptRequest } from './apt-args.ts';
import { aptGet, aptScript } from './apt-commands.ts';
import { afterInstall } from './apt-names.ts';
import {
  isStale,
  type PlannedCommand,
  plannedCommands,
  type Wanted,
  wantedPackages,
} from './apt-plan.ts';
import { aptCompletion } from './apt-result.ts';
import { type Simulation, simulation, simulationDiff } from './apt-simulation.ts';
import type { Answers, Change, Decision } from './contract.ts';

/** Everything but `deb`: packages, upgrade, autoremove, clean, refresh of the lists. */
export function decidePackages(
  request: AptRequest,
  cache: AptCacheState,
  observed: Answers,
  checkMode: boolean,
): Decision {
  const wanted = wantedPackages(request, observed);
  const stale = isStale(request, cache);
  const commands = plannedCommands(request, observed);
  const plans = commands.map(
    (command) => observed[`simulated ${command.action}`] as Simulation | undefined,
  );
  const listsMayDiffer = stale || cache.pending === true;
  const refused = plans.find((plan) => plan?.error !== undefined);
  if (refused && !listsMayDiffer) return simulationFailed(refused, wanted);

  const active = commands.filter((_, index) => isEffective(plans[index]));
  const cleaning = cleaningCommands(request, observed);
  const doesNothing = active.length === 0 && cleaning.length === 0;
  const mayFindNewer = stale && (request.state === 'latest' || request.upgrade !== 'no');
  if (doesNothing && !(mayFindNewer && !checkMode) && !(stale && commandsOnlyRefresh(request))) {
    return { kind: 'unchanged', reason: reasonUnchanged(request, cache, wanted), result: {} };
  }
  if (cache.interrupted || cache.broken.length > 0) return brokenDpkg(cache);
  const calls = mayFindNewer && !checkMode ? allCalls(request, commands, wanted) : active;
  return change(request, cache, { wanted, stale, calls, cleaning, plans, mayFindNewer });
}

interface Work {
  readonly wanted: readonly Wanted[];
  readonly stale: boolean;
  readonly calls: readonly PlannedCommand[];
  readonly cleaning: readonly Sh[];
  readonly plans: readonly (Simulation | undefined)[];
  readonly mayFindNewer: boolean;
}

/** Names for a message: a package may bring some dozens. */
function few(names: readonly string[]): string {
  const more = names.length - 3;
  return more > 1 ? `${names.slice(0, 3).join(', ')} and ${more} more` : names.join(', ');
}

function change(request: AptRequest, cache: AptCacheState, work: Work): Change {
  const plans = work.plans.filter((plan) => plan !== undefined);
  const plan = {
    installs: plans.flatMap((one) => one.installs),
    removes: plans.flatMap((one) => one.removes),
  };
  const scripts = [
    ...work.calls.map((call) => aptGet(call.action, call.words, request, false)),
    ...work.cleaning,
  ];
  const named = work.calls.flatMap((call) => call.words);
  const brings = [...new Set([...named, ...plan.installs.map((one) => one.name)])];
  const installs = work.calls.some((call) => !/remove|purge/.test(call.action));
  const touchesPackages = work.calls.length > 0;
  return {
    kind: 'change',
    summary: summary(request, work, plan),
    diff: [diffOf({ ...plan, configures: [], error: undefined }, named, request)],
    apply: [{ script: aptScript(scripts, work.stale, request) }],
    touches: touchesPackages || work.stale ? 'everything' : [aptCache()],
    predicts: [
      ...(work.stale
        ? [predict(aptCache(), { ...cache, updatedAt: cache.now, pending: true })]
        : []),
      ...predictions(request, work, plan),
      ...work.calls.map((call) => nothingMore(request, call)),
    ],
    ...(installs && brings.length > 0 ? { mayBring: few(brings) } : {}),
    unknownResult: ['stdout', 'stderr', 'stdout_lines', 'stderr_lines'],
    complete: aptCompletion(work.stale, touchesPackages && work.mayFindNewer),
    verify: work.cleaning.length === 0,
  };
}

type Plan = Pick<Simulation, 'installs' | 'removes'>;

function predictions(request: AptRequest, work: Work, plan: Plan): Prediction[] {
  const found = new Map<string, Prediction>();
  for (const one of plan.installs) {
    const state = afterInstall({ text: one.name, name: one.name, version: undefined }, one.to);
    found.set(one.name, predict(pkg(one.name), state));
  }
  for (const one of plan.removes) found.set(one.name, predict(pkg(one.name), absentPkg));
  if (request.state === 'build-dep' || request.state === 'fixed') return [...found.values()];
  for (const { spec, state, candidate } of work.wanted) {
    if (request.state === 'absent') {
      found.set(spec.name, predict(pkg(spec.name), absentPkg));
    } else if (isGlob(spec.name)) {
      const rows = (candidate?.names ?? []).flatMap(
        (name) => afterInstall({ ...spec, name }, '').rows,
      );
      found.set(spec.name, predict(pkg(spec.name), { ...afterInstall(spec, ''), rows }));
    } else if (!isInstalled(state) || work.calls.some((call) => call.words.includes(spec.text))) {
      if (state.provided || (request.only_upgrade && !isInstalled(state))) continue;
      const version = plan.installs.find((one) => one.name === spec.name)?.to;
      found.set(
        spec.name,
        predict(
          pkg(spec.name),
          afterInstall(spec, version ?? candidate?.candidate ?? state.version),
        ),
      );
    }
  }
  return [...found.values()];
}

/** Afterwards the same call would do nothing. */
function nothingMore(request: AptRequest, { action, words }: PlannedCommand): Prediction {
  const question = simulation(action, aptGet(action, words, request, true));
  return predict(question, { installs: [], removes: [], configures: [], error: undefined });
}

/** A simulation that would do nothing leaves nothing to do; one that failed or is missing does not. */
function isEffective(plan: Simulation | undefined): boolean {
  if (!plan || plan.error !== undefined) return true;
  return plan.installs.length + plan.removes.length + plan.configures.length > 0;
}

/** With fresh lists there may be something newer: every named package is asked for. */
function allCalls(
  request: AptRequest,
  commands: readonly PlannedCommand[],
  wanted: readonly Wanted[],
): readonly PlannedCommand[] {
  if (request.state !== 'latest' || wanted.length === 0) return commands;
  const words = wanted.flatMap(({ spec, state }) => {
    if (isGlob(spec.name)) return state.rows.filter(isInstalled).map((row) => row.name);
    return request.only_upgrade && !isInstalled(state) ? [] : [spec.text];
  });
  return [{ action: 'install', words }];
}

function commandsOnlyRefresh(request: AptRequest): boolean {
  return (
    !request.name?.length &&
    request.upgrade === 'no' &&
    request.state !== 'fixed' &&
    !request.autoremove &&
    !request.clean &&
    !request.autoclean
  );
}

function cleaningCommands(request: AptRequest, observed: Answers): Sh[] {
  const some = (name: string) =>
    ((observed[name] as readonly string[] | undefined) ?? []).length > 0;
  return [
    ...(request.clean && some('clean') ? [sh`apt-get clean`] : []),
    ...(request.autoclean && some('autoclean') ? [sh`apt-get -y autoclean`] : []),
  ];
}

function simulationFailed(plan: Simulation, wanted: readonly Wanted[]): Decision {
  const names = wanted.map((one) => one.spec.text).join(', ');
  const message = plan.error ?? '';
  return {
    kind: 'failed',
    message: `apt-get refuses${names ? ` for ${names}` : ''}: ${message}`,
    ...(/Unable to locate|no installation candidate|was not found/.test(message) && {
      hint: 'Check the name and the package sources, or refresh the lists with update_cache: true.',
    }),
  };
}

function brokenDpkg(cache: AptCacheState): Decision {
  const packages = cache.broken.length > 0 ? `: ${cache.broken.join(', ')}` : '';
  return {
    kind: 'failed',
    message: cache.interrupted
      ? `dpkg was interrupted in the middle of its work${packages}`
      : `dpkg has packages that are neither installed nor removed${packages}`,
    hint: "Run 'dpkg --configure -a' and 'apt-get -f install' on the host (a command task will do), then run again.",
  };
}

function reasonUnchanged(
  request: AptRequest,
  cache: AptCacheState,
  wanted: readonly Wanted[],
): string {
  if (request.upgrade !== 'no') return 'nothing can be upgraded';
  if (request.state === 'fixed') return 'no dependency is broken';
  if (wanted.length === 0) {
    if (!commandsOnlyRefresh(request)) return 'there is nothing to remove';
    const age = cache.now - (cache.updatedAt ?? 0);
    return `the package lists are ${age} s old, fresh for ${Math.max(request.cache_valid_time, 60)} s`;
  }
  return wanted.map((one) => describe(request, one)).join(', ');
}

function describe(request: AptRequest, { spec, state }: Wanted): string {
  if (request.state === 'absent') return `${spec.name} is not installed`;
  if (request.state === 'build-dep') return `the build dependencies of ${spec.name} are installed`;
  if (state.provided) return `${spec.name} is provided by an installed package`;
  if (!isInstalled(state)) {
    return `${spec.name} is ${request.only_upgrade ? 'not installed and only_upgrade is set' : `as apt wants it (${state.status})`}`;
  }
  const version = isGlob(spec.name) ? '' : ` ${state.version ?? ''}`.trimEnd();
  const newest = request.state === 'latest' ? ', the newest version' : '';
  return `${spec.name}${version} is installed${newest}`;
}

function summary(request: AptRequest, work: Work, plan: Plan): string {
  const parts: string[] = [];
  if (work.stale) parts.push('refresh the package lists');
  const upgrades = plan.installs.filter((one) => one.from !== undefined);
  const fresh = plan.installs.filter((one) => one.from === undefined);
  if (fresh.length > 0) parts.push(`install ${listed(fresh.map((one) => one.name))}`);
  if (upgrades.length > 0) {
    parts.push(`upgrade ${listed(upgrades.map((one) => `${one.name} ${one.from} → ${one.to}`))}`);
  }
  if (plan.removes.length > 0) parts.push(`remove ${listed(plan.removes.map((one) => one.name))}`);
  if (fresh.length + upgrades.length + plan.removes.length === 0) {
    for (const call of work.calls) {
      parts.push(`${call.action}${call.words.length > 0 ? ` ${listed(call.words)}` : ''}`);
    }
  }
  if (work.cleaning.length > 0) parts.push('remove downloaded package files');
  return parts.join(', ') || request.state;
}

function listed(names: readonly string[]): string {
  return names.length > 6
    ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
    : names.join(', ');
}

function diffOf(plan: Simulation, named: readonly string[], request: AptRequest) {
  const { before, after } = simulationDiff(plan);
  if (before || after) return { header: 'packages', before, after };
  const lines = named.map((name) => `${name}\n`).join('');
  return request.state === 'absent'
    ? { header: 'packages', before: lines, after: '' }
    : { header: 'packages', before: '', after: lines };
}
