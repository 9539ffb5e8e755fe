import type { GroupState } from '../observe/group.ts';
import type { PresentUser, ShadowState } from '../observe/user.ts';
import type { UserArgs } from './user-args.ts';

/** What differs between an account and what is asked for; absent keys are as they should be. */
export interface UserDifferences {
  readonly uid?: number;
  /** The name or number of the primary group. */
  readonly group?: string;
  /** All supplementary groups as they will be, sorted. */
  readonly groups?: readonly string[];
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  /** The new hash; the lock's `!` in front where the password stays locked. */
  readonly hash?: string;
  readonly locked?: boolean;
  readonly maximumDays?: number;
  readonly minimumDays?: number;
  readonly warningDays?: number;
  /** Days since 1970. */
  readonly expires?: number;
  readonly neverExpires?: true;
  readonly makeHome?: true;
  readonly makeKey?: true;
}

export interface UserSurroundings {
  readonly primary: GroupState | undefined;
  readonly homeExists: boolean;
  readonly keyExists: boolean;
}

export function userDifferences(
  args: UserArgs,
  before: PresentUser,
  around: UserSurroundings,
): UserDifferences {
  const { shadow } = before;
  return {
    ...(args.uid !== undefined &&
      before.uid !== undefined &&
      args.uid !== before.uid && { uid: args.uid }),
    ...(primaryDiffers(args, before, around.primary) && { group: args.group! }),
    ...groupsDifference(args, before),
    ...(args.comment !== undefined && args.comment !== before.comment && { comment: args.comment }),
    ...(args.home !== undefined && args.home !== before.home && { home: args.home }),
    ...(args.shell !== undefined && args.shell !== before.shell && { shell: args.shell }),
    ...(shadow && passwordDifference(args, shadow)),
    ...(shadow && ageDifference(args, shadow)),
    ...(args.create_home !== false &&
      !around.homeExists &&
      !(args.move_home && args.home !== before.home) && { makeHome: true as const }),
    ...(args.generate_ssh_key && !around.keyExists && { makeKey: true as const }),
  };
}

function primaryDiffers(
  args: UserArgs,
  before: PresentUser,
  wanted: GroupState | undefined,
): boolean {
  if (args.group === undefined || before.group === args.group) return false;
  return !(wanted?.exists && wanted.gid !== undefined && wanted.gid === before.gid);
}

function groupsDifference(args: UserArgs, before: PresentUser): Pick<UserDifferences, 'groups'> {
  if (args.groups === undefined) return {};
  const wanted = args.groups.filter(Boolean);
  const primary = args.group ?? before.group;
  const target = args.append
    ? new Set([...before.groups, ...wanted.filter((name) => name !== primary)])
    : new Set(wanted.filter((name) => name !== primary));
  const now = args.append ? before.groups : before.groups.filter((name) => name !== primary);
  const sorted = [...target].sort();
  return sorted.join(',') === [...now].sort().join(',') ? {} : { groups: sorted };
}

function passwordDifference(
  args: UserArgs,
  shadow: ShadowState,
): Pick<UserDifferences, 'hash' | 'locked'> {
  const locked = shadow.hash.startsWith('!');
  const bare = (hash: string) => hash.replace(/^!+/, '');
  const replaces = args.password !== undefined && args.update_password !== 'on_create';
  const same = bare(args.password ?? '') === bare(shadow.hash);
  const lockDiffers = args.password_lock !== undefined && args.password_lock !== locked;
  if (replaces && !same) {
    const keepsLock = args.password_lock ?? false;
    return { hash: keepsLock ? `!${bare(args.password!)}` : args.password! };
  }
  if (!lockDiffers || (args.password_lock === false && bare(shadow.hash) === '')) return {};
  return { locked: args.password_lock! };
}

function ageDifference(args: UserArgs, shadow: ShadowState): UserDifferences {
  const ends = args.expires === undefined ? undefined : Math.floor(args.expires / 86_400);
  const never = shadow.expires === undefined || shadow.expires < 0;
  return {
    ...(ends !== undefined && ends < 0 && !never && { neverExpires: true as const }),
    ...(ends !== undefined && ends >= 0 && ends !== shadow.expires && { expires: ends }),
    ...(args.password_expire_max !== undefined &&
      args.password_expire_max !== shadow.maximumDays && { maximumDays: args.password_expire_max }),
    ...(args.password_expire_min !== undefined &&
      args.password_expire_min !== shadow.minimumDays && { minimumDays: args.password_expire_min }),
    ...(args.password_expire_warn !== undefined &&
      args.password_expire_warn !== shadow.warningDays && {
        warningDays: args.password_expire_warn,
      }),
  };
}
