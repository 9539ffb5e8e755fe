import { RolecallError } from '../errors.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { touchesFile } from './file-aliases.ts';
import { isAccountName, readGroups } from './group.ts';
import type { Collector, Observation } from './observation.ts';

export type UserState = AbsentUser | PresentUser;

export interface AbsentUser {
  readonly exists: false;
}

export interface PresentUser {
  readonly exists: true;
  readonly name: string;
  /** Undefined only in predictions: the host chooses it. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The name of the primary group; the number as text where it has none. */
  readonly group: string;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** Supplementary groups, sorted. */
  readonly groups: readonly string[];
  /** Undefined where the asking user may not read it. */
  readonly shadow: ShadowState | undefined;
}

export interface ShadowState {
  /** Secret: compared, never shown. */
  readonly hash: string;
  readonly minimumDays: number | undefined;
  readonly maximumDays: number | undefined;
  readonly warningDays: number | undefined;
  /** Days since 1970 on which the account ends. */
  readonly expires: number | undefined;
}

export function user(name: string): Observation<UserState> {
  return { kind: 'user', key: name };
}

/** One getent each for passwd, group and, as root, shadow. */
export const userCollector: Collector<UserState> = {
  kind: 'user',
  staleAfter: (_key, touched) => touchesFile(touched, /^\/etc\/(passwd|shadow|group|gshadow)$/),
  script(keys) {
    const names = keys.filter((key) => isAccountName(key));
    if (names.length === 0) return rawSh('echo passwd; echo group; echo shadow; echo end');
    return sh`if command -v getent >/dev/null; then
echo passwd; getent passwd -- ${names}
echo group; getent group
echo shadow; [ -r /etc/shadow ] && getent shadow -- ${names}
else
echo passwd; cat /etc/passwd
echo group; cat /etc/group
echo shadow; [ -r /etc/shadow ] && cat /etc/shadow
fi
echo end`;
  },
  parse(answer, keys) {
    const text = answer.stdout.toString();
    const parts = /^passwd\n([\s\S]*?)^group\n([\s\S]*?)^shadow\n([\s\S]*?)^end\n$/m.exec(text);
    if (!parts) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `the users cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    const users = readUsers(parts[1]!, parts[2]!, parts[3]!);
    return keys.map((key) => users.get(key) ?? { exists: false });
  },
  mayBeBrought: (state) => !state.exists,
};

function readUsers(passwd: string, groupText: string, shadow: string): Map<string, PresentUser> {
  const groups = readGroups(groupText);
  const secrets = new Map(
    shadow
      .split('\n')
      .map((line) => [line.slice(0, Math.max(0, line.indexOf(':'))), readShadow(line)]),
  );
  const users = new Map<string, PresentUser>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid, comment, home, shell] = line.split(':');
    if (!name || shell === undefined || users.has(name)) continue;
    const number = Number(gid);
    users.set(name, {
      exists: true,
      name,
      uid: Number(uid),
      gid: number,
      group: groups.find((one) => one.gid === number)?.name ?? String(number),
      comment: comment!,
      home: home!,
      shell,
      groups: groups
        .filter((one) => one.members.includes(name))
        .map((one) => one.name)
        .sort(),
      shadow: secrets.get(name),
    });
  }
  return users;
}

function readShadow(line: string): ShadowState | undefined {
  const fields = line.split(':');
  if (fields.length < 9) return undefined;
  const days = (text: string | undefined) =>
    text && /^-?\d+$/.test(text) ? Number(text) : undefined;
  return {
    hash: fields[1]!,
    minimumDays: days(fields[3]),
    maximumDays: days(fields[4]),
    warningDays: days(fields[5]),
    expires: days(fields[7]),
  };
}
