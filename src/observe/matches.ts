import { RolecallError } from '../errors.ts';
import { joinSh, sh } from '../shell/sh.ts';
import type { Collector, Observation } from './observation.ts';

/** Whether a path, or anything that a shell pattern means, exists: `/etc/nginx/*.conf`. */
export function matches(pattern: string): Observation<boolean> {
  return { kind: 'matches', key: pattern };
}

export const matchesCollector: Collector<boolean> = {
  kind: 'matches',
  script: (keys) =>
    joinSh([
      // Without field splitting an unquoted parameter is expanded as a pattern and as nothing else.
      sh`IFS=
there() { set -- $1; if [ -e "$1" ] || [ -L "$1" ]; then echo 1; else echo 0; fi; }`,
      ...keys.map((key) => sh`there ${key}`),
    ]),
  parse: ({ stdout, stderr, status }, keys) => {
    const lines = stdout.toString('utf8').trimEnd().split('\n');
    if (lines.length === keys.length && lines.every((line) => line === '0' || line === '1')) {
      return lines.map((line) => line === '1');
    }
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `whether ${keys.length} paths exist cannot be read (status ${status}): ${stderr.toString('utf8').trim()}`,
    });
  },
  mayBeBrought: (there) => !there,
};
