import { RolecallError } from '../errors.ts';
import { joinSh, sh } from '../shell/sh.ts';
import { touchesFile } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';

/** A user's crontab. */
export interface CrontabState {
  /** Empty when the user has none. */
  readonly text: string;
  /** The host has no crontab command. */
  readonly unsupported?: true;
  /** The user is not there. */
  readonly noUser?: true;
  /** What crontab says when it refuses. */
  readonly refused?: string;
}

/** The crontab of a user; of the asking user when the name is empty. */
export function crontab(user: string): Observation<CrontabState> {
  return { kind: 'crontab', key: user };
}

export const crontabCollector: Collector<CrontabState> = {
  kind: 'crontab',
  staleAfter: (_key, touched) => touchesFile(touched, /^\/var\/spool\/cron(\/|$)/),
  script: (keys) =>
    joinSh(
      keys.map((key) => {
        const words = key === '' ? ['-l'] : ['-l', '-u', key];
        return sh`if command -v crontab >/dev/null; then v=$(crontab ${words} 2>&1; echo "$?"); else v=none; fi
printf '%s\\n%s\\n' "\${#v}" "$v"`;
      }),
    ),
  parse(answer, keys) {
    let at = 0;
    return keys.map((key) => {
      const end = answer.stdout.indexOf(0x0a, at);
      const length = end < 0 ? Number.NaN : Number(answer.stdout.toString('latin1', at, end));
      if (!Number.isInteger(length)) {
        throw new RolecallError({
          code: 'probe-unreadable',
          message: `the crontab of ${key || 'the user'} cannot be read: ${answer.stderr.toString().trim().slice(0, 400)}`,
        });
      }
      const text = answer.stdout.toString('utf8', end + 1, end + 1 + length);
      at = end + 1 + length + 1;
      return readState(text);
    });
  },
  mayBeBrought: (state) => state.unsupported === true,
};

/** The text of crontab with its status as last line; without a crontab it says so on stderr. */
function readState(text: string): CrontabState {
  if (text === 'none') return { text: '', unsupported: true };
  const cut = text.lastIndexOf('\n');
  const status = text.slice(cut + 1);
  const body = cut < 0 ? '' : text.slice(0, cut + 1);
  if (status === '0') return { text: body };
  if (/user .*unknown|unknown user/i.test(body))
    return { text: '', noUser: true, refused: body.trim() };
  if (/no crontab|can't open|No such file/i.test(body)) return { text: '' };
  return { text: '', refused: body.trim() };
}
