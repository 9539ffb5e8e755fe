import { createHash } from 'node:crypto';
import { type Observation, probe } from '../observe/observation.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';

/**
 * Handlers that were notified and have not run are recorded on the host before the change that notifies
 * them, so that whoever runs next, from wherever, owes them still. One small file a handler in
 * /var/lib/rolecall/owed, or below the home of a user who may not write there.
 */
export interface OwedMark {
  /** File name of the record. */
  readonly key: string;
  readonly handler: string;
}

/** The record of a handler of a playbook. */
export function owedMark(playbook: string, handler: string): OwedMark {
  const digest = createHash('sha256').update(`${playbook}\0${handler}`).digest('hex');
  return { key: digest.slice(0, 32), handler };
}

/** Asks which handlers the host is owed: the keys of their records. */
export const owedObservation: Observation<readonly string[]> = probe(
  'owed',
  sh`${folders()}
for d in "$own" "$system"; do [ -d "$d" ] && ls "$d"; done; exit 0`,
  ({ stdout }) =>
    stdout
      .toString('utf8')
      .split('\n')
      .filter((line) => /^[0-9a-f]{32}$/.test(line)),
);

/** Records marks; put in front of a change, so that it fails rather than changes without a record. */
export function markScript(marks: readonly OwedMark[]): Sh {
  const writes = marks.map(
    ({ key, handler }) =>
      sh`printf '%s\n' ${handler} >"$owed"/${key} || { echo 'cannot record the handlers that will be owed' >&2; exit 1; }`,
  );
  const record = joinSh([
    folders(),
    sh`owed=$system; mkdir -p "$owed" 2>/dev/null && [ -w "$owed" ] || { owed=$own; mkdir -p "$owed"; }`,
    ...writes,
  ]);
  return sh`( ${record}
) || exit 1`;
}

/** Removes the records of handlers that ran, or that nothing notified after all. */
export function unmarkScript(keys: readonly string[]): Sh {
  return sh`${folders()}
cd "$system" 2>/dev/null && rm -f -- ${keys}
cd "$own" 2>/dev/null && rm -f -- ${keys}
exit 0`;
}

function folders(): Sh {
  return sh`system=/var/lib/rolecall/owed; own="\${HOME:-/nonexistent}/.local/state/rolecall/owed"`;
}
