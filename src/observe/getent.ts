import { RolecallError } from '../errors.ts';
import { joinSh, sh } from '../shell/sh.ts';
import { touchesFile } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';

/** What `getent` says of a database, or of one key in it. */
export interface GetentState {
  /** 0 found, 1 unknown database, 2 no such key, 3 the database cannot be listed. */
  readonly status: number;
  readonly lines: readonly string[];
}

export function getent(database: string, key = '', service = ''): Observation<GetentState> {
  return { kind: 'getent', key: JSON.stringify([database, key, service]) };
}

export const getentCollector: Collector<GetentState> = {
  kind: 'getent',
  staleAfter: (_key, touched) =>
    touched.kind === 'user' || touched.kind === 'group' || touchesFile(touched, /^\/etc\//),
  script: (keys) =>
    joinSh(
      keys.map((key) => {
        const [database, name, service] = JSON.parse(key) as [string, string, string];
        const words = [
          ...(service ? ['-s', service] : []),
          '--',
          database,
          ...(name ? [name] : []),
        ];
        return sh`v=$(getent ${words} 2>/dev/null); s=$?
printf '%s %s\\n%s\\n' "$s" "\${#v}" "$v"`;
      }),
    ),
  parse(answer, keys) {
    const states: GetentState[] = [];
    let at = 0;
    for (const key of keys) {
      const end = answer.stdout.indexOf(0x0a, at);
      const header =
        end < 0 ? null : /^(\d+) (\d+)$/.exec(answer.stdout.toString('latin1', at, end));
      if (!header) {
        throw new RolecallError({
          code: 'probe-unreadable',
          message: `the answer of getent for ${key} cannot be read: ${answer.stderr.toString().trim().slice(0, 400)}`,
        });
      }
      const length = Number(header[2]);
      const text = answer.stdout.toString('utf8', end + 1, end + 1 + length);
      states.push({ status: Number(header[1]), lines: text === '' ? [] : text.split('\n') });
      at = end + 1 + length + 1;
    }
    return states;
  },
};
