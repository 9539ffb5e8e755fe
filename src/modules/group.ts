import { type Static, Type } from 'typebox';
import type { CommandResult } from '../connection/connection.ts';
import { type GroupState, group as groupState, isAccountName } from '../observe/group.ts';
import { predict } from '../observe/observation.ts';
import { type Sh, sh } from '../shell/sh.ts';
import { type Completion, type Decision, defineModule, type ResultData } from './contract.ts';

const args = Type.Object({
  name: Type.String({ description: 'The group.' }),
  state: Type.Optional(
    Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether it exists.',
      default: 'present',
    }),
  ),
  gid: Type.Optional(
    Type.Integer({ description: 'Its number; the host chooses when left out.', minimum: 0 }),
  ),
  system: Type.Optional(
    Type.Boolean({ description: 'A new group gets a system number.', default: false }),
  ),
  non_unique: Type.Optional(
    Type.Boolean({ description: 'The number may be that of another group.', default: false }),
  ),
  force: Type.Optional(
    Type.Boolean({
      description: 'With absent: also when it is the primary group of a user.',
      default: false,
    }),
  ),
});

export const group = defineModule({
  name: 'group',
  summary: 'Creates, changes and removes groups.',
  args,
  examples: ['- name: The group of the application\n  group:\n    name: app\n    system: true'],
  returns: {
    name: 'The group.',
    gid: 'Its number.',
    state: 'As asked for.',
    system: 'As asked for.',
  },
  check: (given) => [
    ...(isAccountName(given.name) ? [] : [`'${given.name}' cannot be the name of a group`]),
    ...(given.non_unique && given.gid === undefined ? ['non_unique needs gid'] : []),
  ],
  observe: (given) => ({ group: groupState(given.name) }),
  /** Packages may bring groups of their own names; any other is made here. */
  decideUnknown(given) {
    if (given.state === 'absent') {
      return { kind: 'unknown', reason: `a package may bring the group ${given.name}` };
    }
    return decideGroup(given, { exists: false });
  },
  decide: (given, observed) => decideGroup(given, observed.group),
});

function decideGroup(given: Static<typeof args>, before: GroupState): Decision {
  const { name, gid } = given;
  const common = { name, state: given.state ?? 'present', system: given.system ?? false };
  if (given.state === 'absent') {
    if (!before.exists) {
      return { kind: 'unchanged', reason: `there is no group ${name}`, result: common };
    }
    const force = given.force ? sh`-f ` : sh``;
    return change(name, 'remove', before, { exists: false }, common, [
      sh`if command -v groupdel >/dev/null; then groupdel ${force}-- ${name}; else delgroup -- ${name}; fi`,
    ]);
  }
  if (!before.exists) {
    const after: GroupState = { exists: true, name, gid, members: [] };
    return change(name, 'create', before, after, common, [createCommand(given)]);
  }
  if (gid === undefined || before.gid === gid || before.gid === undefined) {
    const result = { ...common, ...(before.gid !== undefined && { gid: before.gid }) };
    return {
      kind: 'unchanged',
      reason: `group ${name} has gid ${before.gid ?? 'of the host'}`,
      result,
    };
  }
  const options = ['-g', String(gid), ...(given.non_unique ? ['-o'] : [])];
  return change(name, `gid ${before.gid} → ${gid}`, before, { ...before, gid }, common, [
    sh`groupmod ${options} -- ${name}`,
  ]);
}

function createCommand(given: {
  name: string;
  gid?: number;
  system?: boolean;
  non_unique?: boolean;
}): Sh {
  const number = given.gid === undefined ? [] : ['-g', String(given.gid)];
  const options = [...number, ...(given.system ? ['-r'] : []), ...(given.non_unique ? ['-o'] : [])];
  const busybox = [...number, ...(given.system ? ['-S'] : [])];
  return sh`if command -v groupadd >/dev/null; then groupadd ${options} -- ${given.name}; else addgroup ${busybox} -- ${given.name}; fi`;
}

function change(
  name: string,
  summary: string,
  before: GroupState,
  after: GroupState,
  result: { name: string; state: string; system: boolean },
  scripts: readonly Sh[],
): Decision {
  const chosen = after.exists && after.gid === undefined;
  return {
    kind: 'change',
    summary,
    diff: [{ header: `group ${name}`, before: attributes(before), after: attributes(after) }],
    apply: [
      ...scripts.map((script) => ({ script })),
      ...(chosen
        ? [{ script: sh`getent group -- ${name} || grep ${`^${name}:`} /etc/group` }]
        : []),
    ],
    touches: [groupState(name)],
    predicts: [predict(groupState(name), after)],
    result: { ...result, ...(after.exists && after.gid !== undefined && { gid: after.gid }) },
    ...(chosen && {
      unknownResult: ['gid'],
      complete: (outputs: readonly CommandResult[]) => completion(result, outputs),
    }),
    verify: true,
  };
}

/** The number that the host chose. */
function completion(result: ResultData, outputs: readonly CommandResult[]): Completion {
  const failed = outputs.find((output) => output.status !== 0);
  if (failed) return { result, failed: failed.stderr.toString().trim() };
  const gid = /^[^:]*:[^:]*:(\d+):/.exec(outputs.at(-1)?.stdout.toString() ?? '')?.[1];
  return { result: { ...result, ...(gid && { gid: Number(gid) }) } };
}

function attributes(state: GroupState): string {
  if (!state.exists) return 'state: absent\n';
  return `state: present\ngid: ${state.gid ?? 'chosen by the host'}\n`;
}
