import type { CommandResult } from '../connection/connection.ts';
import type { ContentState } from '../observe/content.ts';
import { type GroupState, group as groupQuestion } from '../observe/group.ts';
import { type Observation, type Prediction, predict } from '../observe/observation.ts';
import { type PathState, type PresentPath, path } from '../observe/path.ts';
import { type PresentUser, type ShadowState, type UserState, user } from '../observe/user.ts';
import type { Answers, Change, Completion, Decision, ResultData } from './contract.ts';
import { ownedFolder } from './file-attributes.ts';
import type { UserArgs } from './user-args.ts';
import {
  createSteps,
  homeStep,
  keyFile,
  keyStep,
  modifySteps,
  removeStep,
  reportStep,
} from './user-commands.ts';
import { type UserDifferences, userDifferences } from './user-differences.ts';

export function decideUser(args: UserArgs, observed: Answers): Decision {
  const before = observed.user as UserState;
  if (args.state === 'absent') return decideAbsent(args, before);
  const missing = missingGroups(args, observed);
  if (missing.length > 0) {
    return {
      kind: 'failed',
      message: `there is no group ${missing.join(', ')} on this host`,
      hint: 'Create it with a group task before.',
      result: resultOf(args, before),
    };
  }
  if (!before.exists) return decideCreate(args, observed);
  return decideModify(args, before, observed);
}

function decideAbsent(args: UserArgs, before: UserState): Decision {
  const result = {
    name: args.name,
    state: 'absent',
    force: args.force ?? false,
    remove: args.remove ?? false,
  };
  if (!before.exists) return { kind: 'unchanged', reason: `there is no user ${args.name}`, result };
  return {
    kind: 'change',
    summary: args.remove ? `remove with ${before.home}` : 'remove',
    diff: [{ header: `user ${args.name}`, before: attributes(before), after: 'state: absent\n' }],
    apply: [removeStep(args)],
    touches: 'everything',
    predicts: [
      predict(user(args.name), { exists: false }),
      ...(args.remove ? [predict(path(before.home), { exists: false } as PathState)] : []),
    ],
    result,
    verify: true,
  };
}

function decideCreate(args: UserArgs, observed: Answers): Decision {
  const own = observed.own as GroupState;
  const primary = observed.primary as GroupState | undefined;
  const home = args.home ?? `/home/${args.name}`;
  const after: PresentUser = {
    exists: true,
    name: args.name,
    uid: args.uid,
    gid: primary?.exists ? primary.gid : undefined,
    group: args.group ?? (own.exists ? 'users' : args.name),
    comment: args.comment ?? '',
    home,
    shell: args.shell ?? '/bin/sh',
    groups: [...new Set((args.groups ?? []).filter((name) => name && name !== args.group))].sort(),
    shadow: initialShadow(args),
  };
  const makesKey =
    args.generate_ssh_key === true && !(observed.key as PathState | undefined)?.exists;
  return change(args, {
    summary: 'create',
    before: { exists: false },
    after,
    steps: [...createSteps(args, own.exists), ...(makesKey ? [keyStep(args, home)] : [])],
    makesHome: args.create_home !== false,
    makesKey,
    makesGroup: args.group === undefined && !own.exists,
  });
}

function decideModify(args: UserArgs, before: PresentUser, observed: Answers): Decision {
  const differences = userDifferences(args, before, {
    primary: observed.primary as GroupState | undefined,
    homeExists: (observed.home as PathState).exists,
    keyExists: (observed.key as PathState | undefined)?.exists ?? false,
  });
  const names = Object.keys(differences);
  if (names.length === 0) {
    const key = (observed.publicKey as ContentState | undefined)?.bytes?.toString().trim();
    const result = { ...resultOf(args, before), ...(key !== undefined && { ssh_public_key: key }) };
    return { kind: 'unchanged', reason: reasonOf(args, before), result };
  }
  const after = applied(before, differences, observed.primary as GroupState | undefined);
  const makesHome = differences.makeHome === true;
  return change(args, {
    summary: summaryOf(before, differences),
    before,
    after,
    steps: [
      ...modifySteps(args, differences),
      ...(makesHome ? [homeStep(args, after.home)] : []),
      ...(differences.makeKey ? [keyStep(args, after.home)] : []),
    ],
    makesHome: makesHome || (args.move_home === true && differences.home !== undefined),
    makesKey: differences.makeKey === true,
    makesGroup: false,
  });
}

interface Plan {
  readonly summary: string;
  readonly before: UserState;
  readonly after: PresentUser;
  readonly steps: Change['apply'];
  readonly makesHome: boolean;
  readonly makesKey: boolean;
  readonly makesGroup: boolean;
}

function change(args: UserArgs, plan: Plan): Change {
  const { after } = plan;
  const predicts: Prediction[] = [predict(user(args.name), after)];
  if (plan.makesHome) predicts.push(predict(path(after.home), homeState(after)));
  if (plan.makesKey) {
    const key = keyFile(args, after.home);
    predicts.push(predict(path(key), { ...homeState(after), type: 'file', mode: 0o600 }));
  }
  if (plan.makesGroup) {
    const own: GroupState = { exists: true, name: args.name, gid: undefined, members: [] };
    predicts.push(predict(groupQuestion(args.name), own));
  }
  const movesFiles =
    plan.before.exists && (plan.before.home !== after.home || plan.before.uid !== after.uid);
  return {
    kind: 'change',
    summary: plan.summary,
    diff: [
      { header: `user ${args.name}`, before: attributes(plan.before), after: attributes(after) },
    ],
    apply: [...plan.steps, reportStep(args, after.home)],
    // who owns what, and what may be done as whom, reads differently once there is the user
    touches: movesFiles || !plan.before.exists ? 'everything' : touchedBy(args, plan),
    predicts,
    result: resultOf(args, after),
    unknownResult: [
      ...(after.uid === undefined ? ['uid'] : []),
      ...(after.gid === undefined ? ['group'] : []),
      ...(args.generate_ssh_key ? ['ssh_public_key'] : []),
    ],
    complete: (outputs) => completion(args, after, outputs),
    verify: true,
  };
}

/** The numbers that the host chose and the public key. */
function completion(
  args: UserArgs,
  after: PresentUser,
  outputs: readonly CommandResult[],
): Completion {
  const result = resultOf(args, after);
  const failed = outputs.find((output) => output.status !== 0);
  if (failed) return { result, failed: failed.stderr.toString().trim().slice(-1000) };
  const [uid, gid, ...key] = (outputs.at(-1)?.stdout.toString() ?? '').split('\n');
  return {
    result: {
      ...result,
      ...(uid && { uid: Number(uid) }),
      ...(gid && { group: Number(gid) }),
      ...(args.generate_ssh_key && { ssh_public_key: key.join('\n').trim() }),
    },
  };
}

function touchedBy(args: UserArgs, plan: Plan): Observation<unknown>[] {
  const { home } = plan.after;
  const groups = [args.name, args.group ?? args.name, ...(args.groups ?? [])];
  if (plan.before.exists) groups.push(...plan.before.groups);
  return [
    user(args.name),
    ...[...new Set(groups)].map((name) => groupQuestion(name)),
    ...[home, `${home}/.ssh`, keyFile(args, home)].map((file) => path(file)),
  ];
}

function applied(
  before: PresentUser,
  differences: UserDifferences,
  primary: GroupState | undefined,
): PresentUser {
  const shadow = before.shadow;
  const bare = shadow?.hash.replace(/^!+/, '') ?? '';
  return {
    ...before,
    ...(differences.uid !== undefined && { uid: differences.uid }),
    ...(differences.group !== undefined && {
      group: differences.group,
      gid: primary?.exists ? primary.gid : undefined,
    }),
    ...(differences.groups && { groups: differences.groups }),
    ...(differences.comment !== undefined && { comment: differences.comment }),
    ...(differences.home !== undefined && { home: differences.home }),
    ...(differences.shell !== undefined && { shell: differences.shell }),
    ...(shadow && {
      shadow: {
        hash:
          differences.hash ??
          (differences.locked === undefined ? shadow.hash : differences.locked ? `!${bare}` : bare),
        minimumDays: differences.minimumDays ?? shadow.minimumDays,
        maximumDays: differences.maximumDays ?? shadow.maximumDays,
        warningDays: differences.warningDays ?? shadow.warningDays,
        expires: differences.neverExpires ? undefined : (differences.expires ?? shadow.expires),
      },
    }),
  };
}

function initialShadow(args: UserArgs): ShadowState {
  const hash = args.password ?? '!';
  const ends =
    args.expires === undefined || args.expires < 0 ? undefined : Math.floor(args.expires / 86_400);
  return {
    hash: args.password_lock === true && !hash.startsWith('!') ? `!${hash}` : hash,
    minimumDays: args.password_expire_min,
    maximumDays: args.password_expire_max,
    warningDays: args.password_expire_warn,
    expires: ends,
  };
}

function missingGroups(args: UserArgs, observed: Answers): string[] {
  const names = (args.groups ?? []).filter(Boolean).filter((name) => {
    const state = observed[`group ${name}`] as GroupState | undefined;
    return state !== undefined && !state.exists;
  });
  const primary = observed.primary as GroupState | undefined;
  return [...(primary && !primary.exists ? [args.group!] : []), ...names];
}

/** The home as useradd makes it on Debian: the user's own, closed to others. */
function homeState({ uid, gid, name, group }: PresentUser): PresentPath {
  return ownedFolder(0o700, { uid, gid, owner: name, group });
}

/** The password is told as set, locked or none, never by its hash. */
function attributes(state: UserState): string {
  if (!state.exists) return 'state: absent\n';
  const { shadow } = state;
  return [
    'state: present',
    `uid: ${state.uid ?? 'chosen by the host'}`,
    `group: ${state.group}`,
    `groups: [${state.groups.join(', ')}]`,
    `comment: ${state.comment}`,
    `home: ${state.home}`,
    `shell: ${state.shell}`,
    ...(shadow ? [`password: ${passwordWord(shadow.hash)}`] : []),
    ...(shadow?.expires !== undefined && shadow.expires >= 0
      ? [`expires: ${new Date(shadow.expires * 86_400_000).toISOString().slice(0, 10)}`]
      : []),
    '',
  ].join('\n');
}

function passwordWord(hash: string): string {
  if (hash === '') return 'empty';
  if (/^[!*]+$/.test(hash)) return 'none';
  return hash.startsWith('!') ? 'locked' : 'set';
}

function summaryOf(before: PresentUser, differences: UserDifferences): string {
  const parts: string[] = [];
  if (differences.uid !== undefined) parts.push(`uid ${before.uid} → ${differences.uid}`);
  if (differences.group !== undefined) parts.push(`group ${before.group} → ${differences.group}`);
  if (differences.groups) {
    parts.push(
      `groups ${before.groups.join(',') || 'none'} → ${differences.groups.join(',') || 'none'}`,
    );
  }
  if (differences.comment !== undefined)
    parts.push(`comment '${before.comment}' → '${differences.comment}'`);
  if (differences.home !== undefined) parts.push(`home ${before.home} → ${differences.home}`);
  if (differences.shell !== undefined) parts.push(`shell ${before.shell} → ${differences.shell}`);
  if (differences.hash !== undefined) parts.push('password');
  if (differences.locked !== undefined) parts.push(differences.locked ? 'lock' : 'unlock');
  if (differences.expires !== undefined || differences.neverExpires)
    parts.push('expiry of the account');
  if (differences.maximumDays ?? differences.minimumDays ?? differences.warningDays) {
    parts.push('age of the password');
  }
  if (differences.makeHome) parts.push(`make ${differences.home ?? before.home}`);
  if (differences.makeKey) parts.push('make an SSH key');
  return parts.join(', ');
}

function reasonOf(args: UserArgs, before: PresentUser): string {
  const unread =
    args.password !== undefined && !before.shadow ? '; its password may not be read' : '';
  return `user ${before.name} (uid ${before.uid ?? 'of the host'}) is as it should be${unread}`;
}

function resultOf(args: UserArgs, state: UserState): ResultData {
  const given = {
    name: args.name,
    state: args.state ?? 'present',
    ...(args.groups && { groups: args.groups.join(','), append: args.append ?? false }),
    ...(args.password !== undefined && { password: 'NOT_LOGGING_PASSWORD' }),
  };
  if (!state.exists) return given;
  return {
    ...given,
    ...(state.uid !== undefined && { uid: state.uid }),
    ...(state.gid !== undefined && { group: state.gid }),
    comment: state.comment,
    home: state.home,
    shell: state.shell,
    ...(args.generate_ssh_key && { ssh_key_file: keyFile(args, state.home) }),
  };
}
