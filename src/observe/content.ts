import { randomBytes } from 'node:crypto';
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
    const token = randomBytes(16).toString('hex');
    return rawSh(`${functions(token).text}\n${groups.join('\n')}`);
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
 * First the token, which no file can hold. Then for each path one line: 0 absent, o other than a file,
 * u unreadable, or `=`, which is followed by the bytes and a line with the token and `head`'s status.
 * Read by one program and to its end, so files of /proc and files that grow work, too.
 */
const functions = (token: string) => sh`
end=${token}
echo $end
ask() {
  for p do
    if [ ! -e "$p" ]; then echo 0
    elif [ ! -f "$p" ]; then echo o
    elif [ ! -r "$p" ]; then echo u
    else
      echo =
      head -c ${maxContentBytes + 1} <"$p"
      echo "
$end $?"
    fi
  done
}`;

const reasons: { readonly [line: string]: NoContent } = {
  '0': 'absent',
  o: 'not-a-file',
  u: 'unreadable',
};

function readAnswer(stdout: Buffer, count: number): ContentState[] | undefined {
  const states: ContentState[] = [];
  let at = 0;
  const line = (): string | undefined => {
    const end = stdout.indexOf(10, at);
    if (end < 0) return undefined;
    const text = stdout.toString('latin1', at, end);
    at = end + 1;
    return text;
  };
  const token = line();
  while (states.length < count) {
    const said = line();
    if (!token || said === undefined) return undefined;
    const why = reasons[said];
    if (why) {
      states.push({ bytes: undefined, why });
      continue;
    }
    const end = said === '=' ? stdout.indexOf(`\n${token} `, at, 'latin1') : -1;
    if (end < 0) return undefined;
    const bytes = stdout.subarray(at, end);
    at = end + 1;
    const ended = line();
    if (ended === undefined) return undefined;
    states.push(stateOf(bytes, ended.slice(token.length + 1)));
  }
  return states;
}

function stateOf(bytes: Buffer, status: string): ContentState {
  if (status !== '0') return { bytes: undefined, why: 'unreadable' };
  if (bytes.length > maxContentBytes) return { bytes: undefined, why: 'too-large' };
  return { bytes };
}
