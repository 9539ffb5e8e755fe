import { expect, test } from 'vitest';
import { group } from '../../src/modules/group.ts';
import { user } from '../../src/modules/user.ts';
import type { PresentUser } from '../../src/observe/user.ts';
import { Unknown } from '../../src/values.ts';
import { decideOn, payloadBytes, withDefaults } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

const hash = '$6$salt$0123456789abcdef';
const shadow = {
  hash,
  minimumDays: 0,
  maximumDays: 99_999,
  warningDays: 7,
  expires: undefined,
};
const app: PresentUser = {
  exists: true,
  name: 'app',
  uid: 1001,
  gid: 1001,
  group: 'app',
  comment: 'App',
  home: '/home/app',
  shell: '/bin/sh',
  groups: ['audio', 'sudo'],
  shadow,
};
const there = { exists: true, type: 'directory' };
const absent = () => ({ exists: false });
const known = { 'user app': app, 'path /home/app': there };
const sudo = { exists: true, name: 'sudo', gid: 27, members: [] };

decisionTable(user, absent, [
  {
    name: 'nothing when it is there',
    args: { name: 'app' },
    observed: known,
    kind: 'unchanged',
    says: 'uid 1001',
  },
  {
    name: 'a new account',
    args: {
      name: 'app',
      groups: ['sudo'],
      shell: '/bin/bash',
      comment: "It's; me",
      password: hash,
    },
    observed: { 'group sudo': sudo },
    kind: 'change',
    says: 'create',
    runs: ['-G sudo', "-c 'It'\\''s; me'", '-s /bin/bash', '-m', '-- app', 'chpasswd -e'],
    never: [hash],
    predicts: {
      'user app': { exists: true, uid: undefined, groups: ['sudo'] },
      'path /home/app': { exists: true, type: 'directory', owner: 'app' },
      'group app': { exists: true },
    },
  },
  {
    name: 'a new system account without a home, with a group of its name there',
    args: { name: 'app', system: true, create_home: false, uid: 500 },
    observed: { 'group app': { exists: true, name: 'app', gid: 500, members: [] } },
    kind: 'change',
    runs: ['-u 500', '-N', '-r', '-M'],
  },
  {
    name: 'a group that does not exist',
    args: { name: 'app', group: 'staff', groups: ['sudo', 'nope'] },
    observed: { 'group sudo': sudo },
    kind: 'failed',
    says: 'there is no group staff, nope',
  },
  {
    name: 'one more group',
    args: { name: 'app', groups: ['www-data'], append: true },
    observed: { ...known, 'group www-data': { ...sudo, name: 'www-data' } },
    kind: 'change',
    says: 'groups audio,sudo → audio,sudo,www-data',
    runs: ['-G audio,sudo,www-data'],
  },
  {
    name: 'a group it has',
    args: { name: 'app', groups: ['sudo'], append: true },
    observed: { ...known, 'group sudo': sudo },
    kind: 'unchanged',
  },
  {
    name: 'exactly these groups',
    args: { name: 'app', groups: ['sudo'] },
    observed: { ...known, 'group sudo': sudo },
    kind: 'change',
    says: 'groups audio,sudo → sudo',
  },
  {
    name: 'no groups',
    args: { name: 'app', groups: [] },
    observed: known,
    kind: 'change',
    runs: ["usermod -G ''"],
  },
  {
    name: 'another password',
    args: { name: 'app', password: '$6$other$x' },
    observed: known,
    kind: 'change',
    says: /^password$/,
    never: ['other', 'usermod'],
  },
  {
    name: 'a password for new accounts only',
    args: { name: 'app', password: '$6$other$x', update_password: 'on_create' },
    observed: known,
    kind: 'unchanged',
  },
  {
    name: 'the same password though locked',
    args: { name: 'app', password: hash },
    observed: { ...known, 'user app': { ...app, shadow: { ...shadow, hash: `!${hash}` } } },
    kind: 'unchanged',
  },
  {
    name: 'a lock',
    args: { name: 'app', password_lock: true },
    observed: known,
    kind: 'change',
    says: 'lock',
    runs: ['usermod -L'],
  },
  {
    name: 'an unlock',
    args: { name: 'app', password_lock: false },
    observed: { ...known, 'user app': { ...app, shadow: { ...shadow, hash: `!${hash}` } } },
    kind: 'change',
    runs: ['usermod -U'],
  },
  {
    name: 'a password that may not be read',
    args: { name: 'app', password: hash },
    observed: { ...known, 'user app': { ...app, shadow: undefined } },
    kind: 'unchanged',
    says: 'may not be read',
  },
  {
    name: 'an end of the account',
    args: { name: 'app', expires: 1_893_456_000 },
    observed: known,
    kind: 'change',
    runs: ['-e 2030-01-01'],
    predicts: { 'user app': { shadow: { expires: 21_915 } } },
  },
  {
    name: 'no end any more',
    args: { name: 'app', expires: -1 },
    observed: { ...known, 'user app': { ...app, shadow: { ...shadow, expires: 100 } } },
    kind: 'change',
    runs: ["-e ''"],
  },
  {
    name: 'another home, moved',
    args: { name: 'app', home: '/srv/a b', move_home: true },
    observed: known,
    kind: 'change',
    says: 'home /home/app → /srv/a b',
    runs: ["-d '/srv/a b' -m"],
  },
  {
    name: 'a home that is gone',
    args: { name: 'app' },
    observed: { 'user app': app },
    kind: 'change',
    says: 'make /home/app',
    runs: ['/etc/skel', 'chown -R app:'],
  },
  {
    name: 'an SSH key',
    args: { name: 'app', generate_ssh_key: true, ssh_key_type: 'ed25519' },
    observed: known,
    kind: 'change',
    says: 'make an SSH key',
    runs: ['ssh-keygen -q -t ed25519', 'chown app:'],
  },
  {
    name: 'an SSH key that is there',
    args: { name: 'app', generate_ssh_key: true, ssh_key_file: '.ssh/mine' },
    observed: { ...known, 'path /home/app/.ssh/mine': { exists: true } },
    kind: 'unchanged',
  },
  {
    name: 'uid, shell and comment',
    args: { name: 'app', uid: 2000, shell: '/bin/zsh', comment: '' },
    observed: known,
    kind: 'change',
    says: "uid 1001 → 2000, comment 'App' → '', shell /bin/sh → /bin/zsh",
    runs: ['-u 2000', "-c ''", '-s /bin/zsh'],
  },
  {
    name: 'a primary group by its number',
    args: { name: 'app', group: '1001' },
    observed: { ...known, 'group 1001': { exists: true, name: 'app', gid: 1001, members: [] } },
    kind: 'unchanged',
  },
  {
    name: 'a removal with the home',
    args: { name: 'app', state: 'absent', remove: true, force: true },
    observed: known,
    kind: 'change',
    runs: ['userdel -f -r -- app'],
    predicts: { 'user app': { exists: false }, 'path /home/app': { exists: false } },
  },
  {
    name: 'nothing to remove',
    args: { name: 'app', state: 'absent' },
    kind: 'unchanged',
    says: 'there is no user app',
  },
]);

refusalTable(user, [
  [{ name: 'a:b' }, /cannot be the name of a user/],
  [{ name: '-rf' }, /cannot be the name of a user/],
  [{ name: 'a', password: 'x\nroot:y' }, /give the hash/],
  [{ name: 'a', comment: 'x:y' }, /comment cannot hold/],
  [{ name: 'a', append: true }, /append needs groups/],
  [{ name: 'a', groups: ['x,y'] }, /'x,y' cannot be the name of a group/],
]);

test('the hash goes in on stdin and is in no diff, result or prediction text', async () => {
  const decision = decideOn(user, withDefaults(user, { name: 'app', password: hash }), absent);
  if (decision.kind !== 'change') throw new Error(decision.kind);
  const step = decision.apply.find((one) => one.stdin)!;
  expect((await payloadBytes(step)).toString()).toBe(`app:${hash}\n`);
  const { diff, result, summary } = decision;
  expect(JSON.stringify({ diff, result, summary })).not.toContain(hash);
});

decisionTable(group, absent, [
  {
    name: 'nothing when it is there',
    args: { name: 'app' },
    observed: { 'group app': { exists: true, name: 'app', gid: 7, members: [] } },
    kind: 'unchanged',
    result: { gid: 7 },
  },
  {
    name: 'a new system group',
    args: { name: 'app', system: true },
    kind: 'change',
    says: 'create',
    runs: ['groupadd -r -- app', 'addgroup -S -- app'],
  },
  {
    name: 'another number',
    args: { name: 'app', gid: 8, non_unique: true },
    observed: { 'group app': { exists: true, name: 'app', gid: 7, members: [] } },
    kind: 'change',
    says: 'gid 7 → 8',
    runs: ['groupmod -g 8 -o -- app'],
  },
  {
    name: 'a removal',
    args: { name: 'app', state: 'absent' },
    observed: { 'group app': { exists: true, name: 'app', gid: 7, members: [] } },
    kind: 'change',
    runs: ['groupdel -- app'],
  },
  { name: 'nothing to remove', args: { name: 'app', state: 'absent' }, kind: 'unchanged' },
]);

refusalTable(group, [
  [{ name: 'a:b' }, /cannot be the name of a group/],
  [{ name: 'a', non_unique: true }, /non_unique needs gid/],
]);

test('in check mode an account that a package may bring is created', () => {
  const unknown = new Unknown('a package may bring it');
  const args = withDefaults(user, { name: 'app', groups: ['x'] });
  expect(
    user.decideUnknown!(args, { user: unknown, own: unknown, 'group x': unknown }),
  ).toMatchObject({
    kind: 'change',
    summary: 'create',
  });
  const there = {
    ...{ exists: true, name: 'app', uid: 7, gid: 7, group: 'app', comment: '', groups: [] },
    ...{ home: '/home/app', shell: '/bin/sh', shadow: undefined },
  };
  const plain = withDefaults(user, { name: 'app' });
  for (const [home, likely, kind] of [
    ['/home/app', { exists: true }, 'unchanged'],
    ['/home/app', { exists: false }, 'change'],
    ['/srv/app', { exists: false }, 'unchanged'],
  ] as const) {
    expect(
      user.decideUnknown!(plain, { user: { ...there, home }, likely, own: unknown }).kind,
      home,
    ).toBe(kind);
  }
  expect(user.decideUnknown!({ name: 'app', state: 'absent' }, { user: unknown })).toMatchObject({
    kind: 'unknown',
  });
  expect(
    group.decideUnknown!(withDefaults(group, { name: 'x' }), { group: unknown }),
  ).toMatchObject({ kind: 'change' });
  expect(group.decideUnknown!({ name: 'x', state: 'absent' }, { group: unknown })).toMatchObject({
    kind: 'unknown',
  });
});
