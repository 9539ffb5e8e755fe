import { RolecallError } from '../errors.ts';
import { pathWord, wordGroups } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { isOutsidePackages, isStaleAfter, normalizePath } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';

/** The checksum of a file's content, links followed. */
export interface DigestState {
  /** Lower-case hex; undefined where there is no regular file to read. */
  readonly digest: string | undefined;
  readonly why?: NoContent;
}

export type NoContent = 'absent' | 'not-a-file' | 'unreadable';
export type DigestAlgorithm = 'sha256' | 'sha1' | 'sha512' | 'sha384' | 'sha224' | 'md5';

/** The checksum of the file at a path. */
export function digest(
  path: string,
  algorithm: DigestAlgorithm = 'sha256',
): Observation<DigestState> {
  return { kind: 'digest', key: `${algorithm} ${normalizePath(path)}` };
}

export const digestCollector: Collector<DigestState> = {
  kind: 'digest',
  mayBeBrought: (state, key) =>
    state.why === 'absent' && !isOutsidePackages(key.slice(key.indexOf(' ') + 1)),
  staleAfter: (key, touched) => isStaleAfter('digest', key, touched),
  script: (keys) => {
    const asks: string[] = [];
    for (const [algorithm, paths] of byAlgorithm(keys)) {
      for (const words of wordGroups(paths.map(pathWord))) {
        asks.push(sh`ask ${`${algorithm}sum`} ${words}`.text);
      }
    }
    return rawSh(`${functions}\n${asks.join('\n')}`);
  },
  parse: (answer, keys) => {
    const order = [...byAlgorithm(keys)].flatMap(([algorithm, paths]) =>
      paths.map((path) => `${algorithm} ${path}`),
    );
    const states = readAnswer(answer.stdout.toString('latin1'), order);
    if (states) return keys.map((key) => states.get(key)!);
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `the checksums of ${keys.length} files cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
    });
  },
};

function byAlgorithm(keys: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const space = key.indexOf(' ');
    const algorithm = key.slice(0, space);
    const paths = groups.get(algorithm);
    if (paths) paths.push(key.slice(space + 1));
    else groups.set(algorithm, [key.slice(space + 1)]);
  }
  return groups;
}

/**
 * ask: a line of flags (0 absent, o other than a file, u unreadable, f file), then one line `digest …`
 * for each f. One process sums all files with harmless names; a name with a newline or a backslash
 * would be escaped or break the line, so such files are summed one by one through stdin.
 */
const functions = `
ask() {
  tool=$1; shift
  flags= readable=0 odd=
  for p do
    if [ ! -e "$p" ]; then flags="\${flags}0"
    elif [ ! -f "$p" ]; then flags="\${flags}o"
    elif [ ! -r "$p" ]; then flags="\${flags}u"
    else
      flags="\${flags}f" readable=$((readable+1))
      case $p in *\\\\*|*'
'*) odd=1 ;; esac
    fi
  done
  echo "$flags"
  [ $readable -gt 0 ] || return 0
  lines=
  if [ -n "$odd" ]; then :
  elif [ $readable -eq $# ]; then lines=$("$tool" "$@" 2>/dev/null)
  else
    lines=$(for p do if [ -f "$p" ] && [ -r "$p" ]; then printf '%s\\0' "$p"; fi; done | xargs -0 "$tool" 2>/dev/null)
  fi
  count_lines "$lines"
  if [ $count -ne $readable ]; then
    lines=$(for p do if [ -f "$p" ] && [ -r "$p" ]; then "$tool" 2>/dev/null <"$p" || echo gone; fi; done)
  fi
  printf '%s\\n' "$lines"
}
count_lines() {
  set -f
  ifs=$IFS
  IFS='
'
  set -- $1
  IFS=$ifs
  set +f
  count=$#
}`;

const reasons: { readonly [flag: string]: NoContent } = {
  '0': 'absent',
  o: 'not-a-file',
  u: 'unreadable',
};

function readAnswer(text: string, order: readonly string[]): Map<string, DigestState> | undefined {
  const lines = text.split('\n');
  const states = new Map<string, DigestState>();
  let line = 0;
  let key = 0;
  while (key < order.length) {
    const flags = lines[line++];
    if (!flags || !/^[0ouf]+$/.test(flags)) return undefined;
    for (const flag of flags) {
      const name = order[key++];
      if (name === undefined) return undefined;
      if (flag !== 'f') {
        states.set(name, { digest: undefined, why: reasons[flag]! });
        continue;
      }
      const answer = lines[line++];
      const found = /^\\?([0-9a-f]{32,128})\b/.exec(answer ?? '')?.[1];
      if (found) states.set(name, { digest: found });
      else if (answer === 'gone') states.set(name, { digest: undefined, why: 'absent' });
      else return undefined;
    }
  }
  return states;
}
