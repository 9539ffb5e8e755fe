import { RolecallError } from '../errors.ts';
import { pathWord, wordGroups } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import type { NoContent } from './digest.ts';
import { isOutsidePackages, isStaleAfter, normalizePath } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';

/** The bytes of a file, links followed. */
export interface ContentState {
  /** Undefined where there is no regular file to read, or it is too large. */
  readonly bytes: Buffer | undefined;
  readonly why?: NoContent | 'too-large';
}

/** Files beyond this many bytes are not fetched. */
export const maxContentBytes = 32 * 1024 * 1024;

/** The bytes of the file at a path, up to `maxContentBytes`. */
export function content(name: string): Observation<ContentState> {
  return { kind: 'content', key: normalizePath(name) };
}

export const contentCollector: Collector<ContentState> = {
  kind: 'content',
  mayBeBrought: (state, key) => state.why === 'absent' && !isOutsidePackages(key),
  staleAfter: (key, touched) => isStaleAfter('content', key, touched),
  script: (keys) => {
    const groups = wordGroups(keys.map(pathWord)).map((words) => sh`ask ${words}`.text);
    return rawSh(`${functions}\n${groups.join('\n')}`);
  },
  parse: (answer, keys) => {
    const states = readAnswer(answer.stdout, keys.length);
    if (states) return states;
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `the contents of ${keys.length} files cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
    });
  },
};

/**
 * For each path one line: 0 absent, o other than a file, u unreadable, l too large, or its length,
 * which is followed by that many bytes and a newline. `wc` counts by reading, so files of /proc work.
 */
const functions = `
ask() {
  for p do
    if [ ! -e "$p" ]; then echo 0
    elif [ ! -f "$p" ]; then echo o
    elif [ ! -r "$p" ]; then echo u
    else
      n=$(wc -c <"$p") && n=$((n)) || n=-1
      if [ "$n" -lt 0 ]; then echo u
      elif [ "$n" -gt ${maxContentBytes} ]; then echo l
      else
        echo "=$n"
        [ "$n" -eq 0 ] || head -c "$n" <"$p"
        echo
      fi
    fi
  done
}`;

const reasons: { readonly [line: string]: NoContent | 'too-large' } = {
  '0': 'absent',
  o: 'not-a-file',
  u: 'unreadable',
  l: 'too-large',
};

function readAnswer(stdout: Buffer, count: number): ContentState[] | undefined {
  const states: ContentState[] = [];
  let at = 0;
  while (states.length < count) {
    const end = stdout.indexOf(10, at);
    if (end < 0) return undefined;
    const line = stdout.toString('latin1', at, end);
    at = end + 1;
    const why = reasons[line];
    if (why) {
      states.push({ bytes: undefined, why });
      continue;
    }
    if (!/^=\d+$/.test(line)) return undefined;
    const length = Number(line.slice(1));
    if (stdout[at + length] !== 10) return undefined;
    states.push({ bytes: stdout.subarray(at, at + length) });
    at += length + 1;
  }
  return states;
}
