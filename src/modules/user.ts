import { content } from '../observe/content.ts';
import { isOutsidePackages } from '../observe/file-aliases.ts';
import { group } from '../observe/group.ts';
import type { Observation } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { type PresentUser, type UserState, user as userState } from '../observe/user.ts';
import { Unknown } from '../values.ts';
import { defineModule } from './contract.ts';
import { checkUser, userArgs } from './user-args.ts';
import { keyFile } from './user-commands.ts';
import { decideUser } from './user-decide.ts';

export const user = defineModule<
  typeof userArgs,
  object,
  Record<string, Observation<unknown>>,
  Record<string, Observation<unknown>>
>({
  name: 'user',
  summary: 'Creates, changes and removes user accounts.',
  args: userArgs,
  aliases: { user: 'name', createhome: 'create_home' },
  secretArgs: ['password'],
  examples: [
    "- name: The account that deploys\n  user:\n    name: deploy\n    groups: [sudo]\n    append: true\n    shell: /bin/bash\n    password: '{{ deploy_password_hash }}'",
  ],
  returns: {
    name: 'The account.',
    uid: 'Its number.',
    group: 'The number of the primary group.',
    groups: 'The groups that were asked for.',
    home: 'The home directory.',
    shell: 'The login shell.',
    comment: 'The full name.',
    state: 'As asked for.',
    ssh_key_file: 'With generate_ssh_key: the private key.',
    ssh_public_key: 'With generate_ssh_key: the public key.',
  },
  check: checkUser,
  observe: (args) => ({
    user: userState(args.name),
    // Where the home most likely is: known then, when the user's own entry names it.
    ...ahead(args.home ?? `/home/${args.name}`),
    own: group(args.name),
    ...(args.group !== undefined && { primary: group(args.group) }),
    ...Object.fromEntries(
      (args.groups ?? []).filter(Boolean).map((name) => [`group ${name}`, group(name)]),
    ),
  }),
  refine(args, observed) {
    const before = observed.user as UserState;
    const home = args.home ?? (before.exists ? before.home : `/home/${args.name}`);
    const key = keyFile(args, home);
    return {
      home: path(home),
      ...(args.generate_ssh_key && { key: path(key), publicKey: content(`${key}.pub`) }),
    };
  },
  decide: (args, observed) => decideUser(args, observed),
  /** Packages may bring users of their own names; anybody else is made here, as if nothing were there. */
  decideUnknown(args, observed) {
    if (args.state === 'absent') {
      return { kind: 'unknown', reason: `a package may bring the user ${args.name}` };
    }
    const known: Record<string, unknown> = { home: { exists: hasHome(args, observed) } };
    for (const [name, state] of Object.entries(observed)) {
      const isWantedGroup = name === 'primary' || name.startsWith('group ');
      const assumed = isWantedGroup
        ? { exists: true, name: args.group ?? '', gid: undefined, members: [] }
        : { exists: false };
      known[name] = state instanceof Unknown || state === undefined ? assumed : state;
    }
    if (known.publicKey instanceof Object && !('bytes' in known.publicKey)) delete known.publicKey;
    return decideUser(args, known);
  },
});

/** Of a user who is there: what was asked ahead, where it is the home; else taken to be there. */
function hasHome(
  { name, home }: { readonly name: string; readonly home?: string },
  observed: Readonly<Record<string, unknown>>,
): boolean {
  const before = observed.user;
  if (before === undefined || before instanceof Unknown || !(before as UserState).exists) {
    return false;
  }
  const isAskedAhead = (home ?? (before as PresentUser).home) === (home ?? `/home/${name}`);
  const likely = isAskedAhead ? observed.likely : undefined;
  if (likely === undefined || likely instanceof Unknown) return true;
  return (likely as PathState).exists;
}

/** What a package may bring would make the whole answer unknown, needed or not. */
function ahead(home: string): { readonly likely?: Observation<unknown> } {
  return isOutsidePackages(home) ? { likely: path(home) } : {};
}
