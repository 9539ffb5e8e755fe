import { RolecallError } from '../errors.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { touchesFile } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';

export type GroupState = AbsentGroup | PresentGroup;

export interface AbsentGroup {
  readonly exists: false;
}

export interface PresentGroup {
  readonly exists: true;
  readonly name: string;
  /** Undefined only in predictions: the host chooses it. */
  readonly gid: number | undefined;
  readonly members: readonly string[];
}

/** A group by its name, or by its number as text. */
export function group(key: string): Observation<GroupState> {
  return { kind: 'group', key };
}

/** One getent for all groups; the file itself where there is no getent. */
export const groupCollector: Collector<GroupState> = {
  kind: 'group',
  staleAfter: (_key, touched) => touchesFile(touched, /^\/etc\/g?(group|shadow)$/),
  script(keys) {
    const names = keys.filter((key) => isAccountName(key));
    if (names.length === 0) return rawSh('echo end');
    return sh`if command -v getent >/dev/null; then getent group -- ${names}; else cat /etc/group; fi
echo end`;
  },
  parse(answer, keys) {
    const text = answer.stdout.toString();
    if (!/(^|\n)end\n$/.test(text)) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `the groups cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    const rows = readGroups(text);
    return keys.map(
      (key) =>
        rows.find((row) => row.name === key) ??
        rows.find((row) => /^\d+$/.test(key) && row.gid === Number(key)) ?? { exists: false },
    );
  },
  mayBeBrought: (state) => !state.exists,
};

/** Names that can stand in passwd and group. */
export function isAccountName(name: string): boolean {
  return name !== '' && !/[:\n\r\0/]/.test(name);
}

export function readGroups(text: string): PresentGroup[] {
  const groups: PresentGroup[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    if (fields.length !== 4 || !/^\d+$/.test(fields[2]!)) continue;
    groups.push({
      exists: true,
      name: fields[0]!,
      gid: Number(fields[2]),
      members: fields[3]!.split(',').filter(Boolean),
    });
  }
  return groups;
}
