import type { AptCacheState } from '../observe/apt-cache.ts';
import { type AptCandidateState, aptCandidate } from '../observe/apt-candidate.ts';
import { aptReadsOnly } from '../observe/apt-read-only.ts';
import { type Observation, probe } from '../observe/observation.ts';
import { isGlob, isInstalled, type PkgRow, type PkgState, pkg } from '../observe/pkg.ts';
import { type Sh, sh } from '../shell/sh.ts';
import type { AptRequest } from './apt-args.ts';
import { type PackageSpec, readSpec, satisfied } from './apt-names.ts';

/** One wanted package with what is known of it. */
export interface Wanted {
  readonly spec: PackageSpec;
  readonly state: PkgState;
  readonly candidate: AptCandidateState | undefined;
}

/** The questions about the packages that are named, by the names `pkg 0`, `candidate 0`, … */
export function packageQuestions(request: AptRequest): Record<string, Observation<unknown>> {
  const questions: Record<string, Observation<unknown>> = {};
  for (const [index, text] of (request.name ?? []).entries()) {
    const spec = readSpec(text);
    questions[`pkg ${index}`] = pkg(spec.name);
    const needsLists =
      request.state === 'latest' || (request.state === 'present' && isGlob(spec.name));
    if (needsLists) questions[`candidate ${index}`] = aptCandidate(spec.name);
  }
  return questions;
}

export function wantedPackages(
  request: AptRequest,
  observed: { readonly [name: string]: unknown },
): Wanted[] {
  return (request.name ?? []).map((text, index) => ({
    spec: readSpec(text),
    state: observed[`pkg ${index}`] as PkgState,
    candidate: observed[`candidate ${index}`] as AptCandidateState | undefined,
  }));
}

/** The words for apt-get: what has to be installed, upgraded or removed. Empty = as it should be. */
export function wordsToDo(request: AptRequest, wanted: readonly Wanted[]): string[] {
  return wanted.flatMap((one) => {
    switch (request.state) {
      case 'absent':
        return one.state.rows
          .filter((row) => row.status !== 'absent')
          .filter((row) => row.status !== 'config-files' || request.purge)
          .map((row) => rowWord(row, one.spec));
      case 'build-dep':
        return [one.spec.name];
      case 'latest':
        return latestWords(request, one);
      default:
        return presentWords(request, one);
    }
  });
}

function presentWords(request: AptRequest, { spec, state, candidate }: Wanted): string[] {
  if (isGlob(spec.name)) {
    const there = new Set(state.rows.filter(isInstalled).map((row) => row.name));
    const missing = (candidate?.names ?? []).filter((name) => !there.has(name));
    if (request.only_upgrade) return [];
    return there.size === 0 && missing.length === 0 ? [spec.name] : missing;
  }
  if (satisfied(spec, state)) return [];
  return request.only_upgrade && !isInstalled(state) ? [] : [spec.text];
}

function latestWords(request: AptRequest, one: Wanted): string[] {
  const { spec, state, candidate } = one;
  if (isGlob(spec.name) || spec.version !== undefined) return presentWords(request, one);
  if (!isInstalled(state)) {
    return state.provided || request.only_upgrade ? [] : [spec.text];
  }
  if (candidate?.candidate === undefined || candidate.candidate === state.version) return [];
  return [spec.text];
}

/** Globs are expanded here: apt-get would take them for regular expressions. */
function rowWord(row: PkgRow, spec: PackageSpec): string {
  if (!isGlob(spec.name)) return spec.name;
  return row.architecture === 'all' || !row.architecture
    ? row.name
    : `${row.name}:${row.architecture}`;
}

/** Seconds for which a refresh counts as just done when no `cache_valid_time` is given. */
const justNow = 60;

/** Whether the package lists have to be refreshed. */
export function isStale(request: AptRequest, cache: AptCacheState): boolean {
  if (request.update_cache === false) return false;
  if (request.update_cache === undefined && request.cache_valid_time === 0) return false;
  if (cache.updatedAt === undefined) return true;
  return cache.now - cache.updatedAt > Math.max(request.cache_valid_time, justNow);
}

/** One call of apt-get. */
export interface PlannedCommand {
  readonly action: string;
  readonly words: readonly string[];
}

/** The calls of apt-get that may change something, in order; each is simulated first. */
export function plannedCommands(
  request: AptRequest,
  observed: { readonly [name: string]: unknown },
): PlannedCommand[] {
  const commands: PlannedCommand[] = [];
  const words = wordsToDo(request, wantedPackages(request, observed));
  if (request.state === 'fixed') commands.push({ action: '-f install', words: [] });
  else if (words.length > 0) commands.push({ action: actionOf(request), words });
  if (request.upgrade !== 'no') commands.push({ action: upgradeAction(request), words: [] });
  if (request.autoremove && !request.name?.length && request.upgrade === 'no') {
    commands.push({ action: 'autoremove', words: [] });
  }
  return commands;
}

/** Whether there are downloaded files to remove. */
export function cleaningQuestions(request: AptRequest): Record<string, Observation<unknown>> {
  const lines = (script: Sh, name: string) =>
    probe(name, script, (answer) => answer.stdout.toString().split('\n').filter(Boolean));
  return {
    ...(request.clean && {
      clean: lines(sh`find /var/cache/apt/archives -name '*.deb' 2>/dev/null`, 'apt downloads'),
    }),
    ...(request.autoclean && {
      autoclean: lines(
        sh`${aptReadsOnly}
apt-get $keep -s autoclean 2>/dev/null | grep '^Del '`,
        'apt autoclean',
      ),
    }),
  };
}

function actionOf(request: AptRequest): string {
  if (request.state === 'absent') return request.purge ? 'purge' : 'remove';
  return request.state === 'build-dep' ? 'build-dep' : 'install';
}

function upgradeAction(request: AptRequest): string {
  const mayRemove = request.upgrade === 'dist' || request.upgrade === 'full';
  return mayRemove ? 'dist-upgrade' : 'upgrade --with-new-pkgs';
}
