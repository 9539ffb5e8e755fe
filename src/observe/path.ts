import { RolecallError } from '../errors.ts';
import { pathWord, wordGroups } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { isOutsidePackages, isStaleAfter, normalizePath } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';
import { type PresentPath, readStat, statFormat } from './stat-line.ts';

/** What is at a path, without following a symlink in its last component. */
export type { FileType, PresentPath } from './stat-line.ts';

export type PathState = AbsentPath | PresentPath;

export interface AbsentPath {
  readonly exists: false;
  /** A folder on the way may not be searched by this user, so the path may exist all the same. */
  readonly denied?: true;
}

/** What is at a path. */
export function path(name: string): Observation<PathState> {
  return { kind: 'path', key: normalizePath(name) };
}

/** Whoever runs the scripts: owner and group of this state are those of new files. */
export const self: Observation<PathState> = path('/proc/self/.');

export const pathCollector: Collector<PathState> = {
  kind: 'path',
  mayBeBrought: (state, key) => !state.exists && !isOutsidePackages(key),
  staleAfter: (key, touched) => isStaleAfter('path', key, touched),
  script: (keys) => {
    const groups = wordGroups(keys.map(pathWord)).map((words) => sh`ask ${words}`.text);
    return rawSh(`${functions}\n${groups.join('\n')}`);
  },
  parse: (answer, keys) => {
    const states = readAnswer(answer.stdout, keys);
    if (states) return states;
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `the answer about ${keys.length} paths cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
    });
  },
};

/**
 * ask: flags of all its paths on one line (0 absent, 2 hidden, 1 there, l link), one line of `stat` for
 * each that is there, then target and real path of each link, NUL-terminated. One `stat` for all.
 */
const functions = `
hidden() {
  d=$1
  while :; do
    case $d in
      */*) d=\${d%/*}; [ -n "$d" ] || return 1 ;;
      *) return 1 ;;
    esac
    if [ -d "$d" ]; then [ ! -x "$d" ]; return; fi
  done
}
stat_each() {
  for p do
    if [ -e "$p" ] || [ -L "$p" ]; then stat -c '${statFormat}' "$p" 2>/dev/null || echo gone; fi
  done
}
ask() {
  flags= present=0
  for p do
    if [ -L "$p" ]; then flags="\${flags}l" present=$((present+1))
    elif [ -e "$p" ]; then flags="\${flags}1" present=$((present+1))
    elif hidden "$p"; then flags="\${flags}2"
    else flags="\${flags}0"
    fi
  done
  echo "$flags"
  if [ $present -gt 0 ]; then
    lines=$(stat -c '${statFormat}' "$@" 2>/dev/null)
    count_lines "$lines"
    if [ $count != $present ]; then lines=$(stat_each "$@"); fi
    printf '%s\\n' "$lines"
  fi
  case $flags in *l*) links "$@" ;; esac
}
count_lines() {
  set -f
  IFS='
'
  set -- $1
  unset IFS
  set +f
  count=$#
}
links() {
  for p do
    if [ -L "$p" ]; then
      readlink -n "$p"; printf '\\0'
      real "$p"; printf '\\0'
    fi
  done
}
# The shell finds out itself where a folder is.
real() {
  if [ -d "$1" ]; then (cd -P -- "$1" && printf %s "$PWD") 2>/dev/null && return; fi
  readlink -f -n "$1"
}`;

function readAnswer(stdout: Buffer, keys: readonly string[]): PathState[] | undefined {
  let at = 0;
  const until = (byte: number): string | undefined => {
    const end = stdout.indexOf(byte, at);
    if (end < 0) return undefined;
    const text = stdout.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  const states: PathState[] = [];
  while (states.length < keys.length) {
    const flags = until(10);
    if (!flags || !/^[012l]+$/.test(flags)) return undefined;
    const found: PathState[] = [];
    for (const flag of flags) {
      if (flag === '0') found.push({ exists: false });
      else if (flag === '2') found.push({ exists: false, denied: true });
      else {
        const state = readLine(until(10));
        if (!state) return undefined;
        found.push(state);
      }
    }
    for (const [index, flag] of [...flags].entries()) {
      if (flag !== 'l') continue;
      const target = until(0);
      const realpath = until(0);
      if (target === undefined || realpath === undefined) return undefined;
      const state = found[index]!;
      if (state.exists) found[index] = { ...state, target, realpath: realpath || undefined };
    }
    states.push(...found);
  }
  return states.length === keys.length ? states : undefined;
}

function readLine(line: string | undefined): PathState | undefined {
  return line === 'gone' ? { exists: false } : readStat(line);
}
