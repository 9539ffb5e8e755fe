import { type Static, Type } from 'typebox';
import { isAccountName } from '../observe/group.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));
const flag = (description: string, value: boolean) =>
  Type.Optional(Type.Boolean({ description, default: value }));
const number = (description: string) => Type.Optional(Type.Integer({ description }));

/** The arguments of user, under Ansible's names. */
export const userArgs = Type.Object({
  name: Type.String({ description: 'The login name.' }),
  state: Type.Optional(
    Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether the account exists.',
      default: 'present',
    }),
  ),
  uid: number('Its number; the host chooses when left out.'),
  non_unique: flag('The number may be that of another user.', false),
  group: text('The primary group, which must exist.'),
  groups: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Supplementary groups, which must exist; an empty list means none.',
    }),
  ),
  append: flag('Keep the groups that are not named.', false),
  comment: text('The full name (GECOS).'),
  home: text('The home directory.'),
  create_home: flag('Make the home directory if it is not there.', true),
  move_home: flag('Move the content when home changes.', false),
  skeleton: text('The folder that a new home is copied from.'),
  umask: text('The umask of a new home.'),
  shell: text('The login shell.'),
  system: flag('A new account gets a system number.', false),
  password: text('The hash, as in /etc/shadow (see the filter password_hash).'),
  update_password: Type.Optional(
    Type.Union([Type.Literal('always'), Type.Literal('on_create')], {
      description: 'Whether an existing password is replaced.',
      default: 'always',
    }),
  ),
  password_lock: Type.Optional(Type.Boolean({ description: 'Whether the password is locked.' })),
  password_expire_max: number('Days after which the password must be changed.'),
  password_expire_min: number('Days before it may be changed.'),
  password_expire_warn: number('Days of warning before it ends.'),
  expires: Type.Optional(
    Type.Number({ description: 'When the account ends, in seconds since 1970; negative: never.' }),
  ),
  generate_ssh_key: flag('Make a key pair if there is none; an existing one is kept.', false),
  ssh_key_bits: number('Size of the key; ssh-keygen decides when left out.'),
  ssh_key_type: Type.Optional(Type.String({ description: 'Kind of the key.', default: 'rsa' })),
  ssh_key_file: text('Where the key is, relative to home; `.ssh/id_TYPE` when left out.'),
  ssh_key_comment: text('Its comment; `ansible-generated on HOST` when left out.'),
  remove: flag('With absent: remove home and mail too.', false),
  force: flag('With absent: also while the user is logged in.', false),
});

export type UserArgs = Static<typeof userArgs>;

export function checkUser(args: UserArgs): string[] {
  const problems: string[] = [];
  if (!isAccountName(args.name)) problems.push(`'${args.name}' cannot be the name of a user`);
  if (args.name.startsWith('-')) problems.push(`'${args.name}' cannot be the name of a user`);
  if (args.password !== undefined && /[:\n]/.test(args.password)) {
    problems.push(
      'password holds a colon or a newline, which no hash has; give the hash, not the password',
    );
  }
  if (args.comment !== undefined && /[:\n]/.test(args.comment)) {
    problems.push('comment cannot hold a colon or a newline');
  }
  if (args.non_unique && args.uid === undefined) problems.push('non_unique needs uid');
  if (args.append && args.groups === undefined) problems.push('append needs groups');
  if (args.move_home && args.home === undefined) problems.push('move_home needs home');
  const badGroups = (args.groups ?? []).filter(
    (name) => !isAccountName(name) || name.includes(','),
  );
  for (const name of badGroups) problems.push(`'${name}' cannot be the name of a group`);
  return problems;
}
