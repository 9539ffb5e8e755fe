import { expect, test } from 'vitest';
import { aptKey } from '../../src/modules/apt-key.ts';
import { aptRepository } from '../../src/modules/apt-repository.ts';
import { authorizedKey } from '../../src/modules/authorized-key.ts';
import { cron } from '../../src/modules/cron.ts';
import { deb822Repository } from '../../src/modules/deb822-repository.ts';
import { hostname } from '../../src/modules/hostname.ts';
import { knownHosts } from '../../src/modules/known-hosts.ts';
import { modprobe } from '../../src/modules/modprobe.ts';
import { mount } from '../../src/modules/mount.ts';
import { fileNameFor, readSourceLine } from '../../src/modules/source-line.ts';
import { keyLine, readKey } from '../../src/modules/ssh-keys.ts';
import { sysctl } from '../../src/modules/sysctl.ts';
import { Unknown } from '../../src/values.ts';
import { withDefaults } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

const text = (content: string) => ({ bytes: Buffer.from(content) });
const file = {
  exists: true,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
};
const healthy = { updatedAt: 1, now: 2, interrupted: false, broken: [] };

function nothing(kind: string): unknown {
  if (kind === 'content') return { bytes: undefined, why: 'absent' };
  if (kind === 'digest') return { digest: undefined, why: 'absent' };
  if (kind === 'aptCache') return healthy;
  if (kind === 'crontab') return { text: '' };
  if (kind === 'sysctl') return { value: '0' };
  if (kind === 'probe') return [];
  return { exists: false };
}

const repo = 'deb [signed-by=/k.asc arch=amd64] https://apt.example.org/x stable main';
decisionTable(aptRepository, nothing, [
  {
    name: 'a new source, in a file named after it',
    args: { repo },
    kind: 'change',
    says: "add 'deb [signed-by=/k.asc arch=amd64] https://apt.example.org/x stable main'",
    runs: ['/etc/apt/sources.list.d/apt_example_org_x.list', 'apt-get update'],
    predicts: { 'aptCache ': { pending: true } },
  },
  {
    name: 'a source in a named file, without a refresh',
    args: { repo, filename: 'vendor', update_cache: false },
    kind: 'change',
    runs: ['/etc/apt/sources.list.d/vendor.list'],
    never: ['apt-get update'],
  },
  {
    name: 'a source that another file has, written differently',
    args: { repo },
    observed: {
      'probe apt sources': [
        {
          file: '/etc/apt/sources.list',
          text: 'deb  [arch=amd64 signed-by=/k.asc]  https://apt.example.org/x/ stable   main # x\n',
        },
      ],
    },
    kind: 'unchanged',
    says: '/etc/apt/sources.list has',
  },
  {
    name: 'a commented source does not count',
    args: { repo: 'deb http://e.org a b', update_cache: false },
    observed: { 'probe apt sources': [{ file: '/x', text: '# deb http://e.org a b\n' }] },
    kind: 'change',
  },
  {
    name: 'a removal from every file',
    args: { repo: 'deb http://e.org a b', state: 'absent' },
    observed: {
      'probe apt sources': [
        { file: '/etc/apt/sources.list', text: 'deb http://e.org a b\ndeb http://f.org a b\n' },
        { file: '/etc/apt/sources.list.d/e.list', text: 'deb http://e.org a b\n' },
      ],
    },
    kind: 'change',
    runs: ['deb http://f.org a b', 'rm -f -- /etc/apt/sources.list.d/e.list', 'apt-get update'],
  },
  {
    name: 'nothing to remove',
    args: { repo: 'deb http://e.org a b', state: 'absent' },
    kind: 'unchanged',
  },
]);
refusalTable(aptRepository, [
  [{ repo: 'ppa:a/b' }, /is a PPA/],
  [{ repo: 'http://e.org stable main' }, /is not a line of sources.list/],
  [{ repo: 'deb http://e.org stable' }, /is not a line of sources.list/],
  [{ repo: 'deb http://e.org a b', filename: '../x' }, /letters, digits/],
  [{ repo: 'deb http://e.org a b', mode: 'rw' }, /not an octal mode/],
]);

test.each([
  ['deb http://user:pw@deb.example.org:8080/a/b/ stable main', 'deb_example_org_8080_a_b'],
  [
    'deb [arch=amd64] https://download.example.com/linux/debian trixie stable',
    'download_example_com_linux_debian',
  ],
])('the file of %s is %s', (line, name) => {
  expect(fileNameFor(line)).toBe(name);
});

test('a flat source needs no components', () => {
  expect(readSourceLine('deb file:/srv/r ./')).toMatchObject({ suite: './', components: [] });
});

const stanza =
  'Components: main\nSigned-By: /k.asc\nSuites: stable\nTypes: deb\nURIs: https://e.org\nX-Repolib-Name: My_Repo 1.0\n';
const stanzaArgs = {
  name: 'My_Repo 1.0',
  uris: ['https://e.org'],
  suites: ['stable'],
  components: ['main'],
  signed_by: '/k.asc',
};
const stanzaFile = '/etc/apt/sources.list.d/my-repo-10.sources';
decisionTable(deb822Repository, nothing, [
  { name: 'a new source', args: stanzaArgs, kind: 'change', says: `add ${stanzaFile}` },
  {
    name: 'a source that is there',
    args: stanzaArgs,
    observed: { [`content ${stanzaFile}`]: text(stanza), [`path ${stanzaFile}`]: file },
    kind: 'unchanged',
  },
  {
    name: 'another mode',
    args: { ...stanzaArgs, mode: '0600' },
    observed: { [`content ${stanzaFile}`]: text(stanza), [`path ${stanzaFile}`]: file },
    kind: 'change',
  },
  {
    name: 'a removal',
    args: { name: 'My_Repo 1.0', state: 'absent' },
    observed: { [`content ${stanzaFile}`]: text(stanza), [`path ${stanzaFile}`]: file },
    kind: 'change',
    runs: ['rm -f'],
  },
]);
refusalTable(deb822Repository, [
  [{ name: 'x' }, /uris and suites are needed/],
  [
    { name: 'x', uris: ['a'], suites: ['b'], signed_by: 'https://e.org/k' },
    /as a URL is not supported/,
  ],
]);

const armour = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n-----END';
decisionTable(
  aptKey,
  (kind, key) =>
    key.startsWith('armoured') ? true : key.startsWith('key in') ? false : nothing(kind),
  [
    {
      name: 'a key as text',
      args: { id: 'AB', data: armour },
      kind: 'change',
      says: 'add /etc/apt/trusted.gpg.d/AB.asc',
      never: ['BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n-----END\n'],
    },
    {
      name: 'a key that is there',
      args: { id: 'AB', data: armour },
      observed: { 'probe key in': true },
      kind: 'unchanged',
    },
    {
      name: 'a key file',
      args: { file: '/root/k.asc', keyring: 'v.asc' },
      observed: { 'digest sha256 /root/k.asc': { digest: 'a1' } },
      kind: 'change',
      runs: ['cat -- /root/k.asc', '/etc/apt/trusted.gpg.d/v.asc'],
    },
    {
      name: 'an armoured key into a binary ring',
      args: { file: '/root/k.asc', keyring: 'v.gpg' },
      observed: { 'digest sha256 /root/k.asc': { digest: 'a1' } },
      kind: 'failed',
      says: 'must end in .asc',
    },
    { name: 'a removal of nothing', args: { id: 'AB', state: 'absent' }, kind: 'unchanged' },
  ],
);
refusalTable(aptKey, [
  [{ url: 'https://e.org/k', id: 'AB' }, /url and keyserver are not supported/],
  [{ id: 'AB' }, /one of data and file/],
]);

const conf = '/etc/sysctl.d/x.conf';
const inConf = (content: string) => ({
  [`content ${conf}`]: text(content),
  [`path ${conf}`]: file,
});
decisionTable(sysctl, nothing, [
  {
    name: 'a parameter that is not in the file',
    args: { name: 'vm.swappiness', value: '10', sysctl_file: conf },
    observed: inConf('# mine'),
    kind: 'change',
    runs: ['sysctl -q -p /etc/sysctl.d/x.conf'],
    predicts: { 'sysctl vm.swappiness': { value: '10' } },
  },
  {
    name: 'a parameter that is in the file, with other spaces',
    args: { name: 'net.ipv4.ip_local_port_range', value: '1024  2048', sysctl_file: conf },
    observed: inConf('net.ipv4.ip_local_port_range = 1024\t2048\n'),
    kind: 'unchanged',
  },
  {
    name: 'a parameter that is in the file twice',
    args: { name: 'a.b', value: '1', sysctl_file: conf, reload: false },
    observed: inConf('a.b=0\nc=1\na/b = 2\n'),
    kind: 'change',
    never: ['sysctl -q -p'],
  },
  {
    name: 'a value in use that differs',
    args: { name: 'a.b', value: 'yes', sysctl_file: conf, sysctl_set: true },
    observed: inConf('a.b=1\n'),
    kind: 'change',
    says: 'a.b: 0 → 1',
    runs: ['sysctl -q -w'],
  },
  {
    name: 'a parameter that the kernel lacks',
    args: { name: 'a.b', value: '1', sysctl_file: conf, sysctl_set: true },
    observed: { 'sysctl a.b': { value: undefined } },
    kind: 'failed',
    says: 'has no parameter a.b',
  },
  {
    name: 'the same, errors ignored',
    args: { name: 'a.b', value: '1', sysctl_file: conf, sysctl_set: true, ignoreerrors: true },
    observed: { 'sysctl a.b': { value: undefined } },
    kind: 'change',
    runs: ['sysctl -q -e -p'],
  },
  {
    name: 'a removal',
    args: { name: 'a.b', state: 'absent', sysctl_file: conf },
    observed: inConf('a.b=1\nc=2\n'),
    kind: 'change',
  },
  {
    name: 'nothing to remove',
    args: { name: 'a.b', state: 'absent', sysctl_file: conf },
    kind: 'unchanged',
  },
]);
refusalTable(sysctl, [
  [{ name: 'a.b' }, /value is needed/],
  [{ name: 'a b', value: '1' }, /cannot be a kernel parameter/],
]);

decisionTable(hostname, nothing, [
  {
    name: 'nothing when it has the name',
    args: { name: 'web1' },
    observed: {
      'content /etc/hostname': text('web1\n'),
      'sysctl kernel.hostname': { value: 'web1' },
    },
    kind: 'unchanged',
  },
  {
    name: 'another name',
    args: { name: 'web2.example.org' },
    observed: {
      'content /etc/hostname': text('web1\n'),
      'sysctl kernel.hostname': { value: 'web1' },
    },
    kind: 'change',
    says: 'web1 → web2.example.org',
    result: { ansible_facts: { ansible_hostname: 'web2', ansible_nodename: 'web2.example.org' } },
  },
  {
    name: 'the file alone',
    args: { name: 'web1', use: 'debian' },
    observed: { 'sysctl kernel.hostname': { value: 'web1' } },
    kind: 'change',
    says: 'web1 in /etc/hostname',
    never: ['hostnamectl'],
  },
]);
refusalTable(hostname, [[{ name: 'a b' }, /cannot be a host's name/]]);

const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAILtI9IIN9Cgo3jMpVCZvgXHGPM';
const owner = {
  exists: true,
  name: 'app',
  uid: 7,
  gid: 7,
  group: 'app',
  comment: '',
  home: '/home/app',
  shell: '/bin/sh',
  groups: [],
  shadow: undefined,
};
const keys = '/home/app/.ssh/authorized_keys';
const has = (content: string) => ({
  'user app': owner,
  [`content ${keys}`]: text(content),
  [`path ${keys}`]: file,
  'path /home/app/.ssh': { exists: true, type: 'directory' },
});
decisionTable(authorizedKey, nothing, [
  {
    name: 'a first key',
    args: { user: 'app', key: `ssh-ed25519 ${blob} me` },
    observed: { 'user app': owner },
    kind: 'change',
    runs: ['mkdir -m 700', 'chown app:app'],
    predicts: { 'path /home/app/.ssh': { exists: true, mode: 0o700 } },
  },
  {
    name: 'a key that is there',
    args: { user: 'app', key: `ssh-ed25519 ${blob} me` },
    observed: has(`# x\nssh-ed25519 ${blob} me\n`),
    kind: 'unchanged',
  },
  {
    name: 'other options',
    args: { user: 'app', key: `ssh-ed25519 ${blob} me`, key_options: 'no-pty' },
    observed: has(`ssh-ed25519 ${blob} me\n`),
    kind: 'change',
  },
  {
    name: 'a key with options that hold spaces',
    args: { user: 'app', key: `ssh-ed25519 ${blob} me`, key_options: 'command="a b ssh-rsa"' },
    observed: has(`command="a b ssh-rsa" ssh-ed25519 ${blob} me\n`),
    kind: 'unchanged',
  },
  {
    name: 'only these',
    args: { user: 'app', key: `ssh-ed25519 ${blob} me`, exclusive: true },
    observed: has(`ssh-rsa AAAA x\nssh-ed25519 ${blob} me\n`),
    kind: 'change',
  },
  {
    name: 'a removal',
    args: { user: 'app', key: `ssh-ed25519 ${blob}`, state: 'absent' },
    observed: has(`no-pty ssh-ed25519 ${blob} me\n`),
    kind: 'change',
  },
  {
    name: 'nothing to remove',
    args: { user: 'app', key: `ssh-ed25519 ${blob}`, state: 'absent' },
    observed: has('ssh-rsa AAAA x\n'),
    kind: 'unchanged',
  },
  {
    name: 'another path',
    args: { user: 'app', key: `ssh-ed25519 ${blob} me`, path: '~/k/%u', manage_dir: false },
    observed: { 'user app': owner },
    kind: 'change',
    says: '/home/app/k/app',
    never: ['mkdir'],
  },
  {
    name: 'a user that does not exist',
    args: { user: 'app', key: `ssh-ed25519 ${blob}` },
    kind: 'failed',
    says: 'there is no user app',
  },
]);
refusalTable(authorizedKey, [
  [{ user: 'a', key: 'https://e.org/me.keys' }, /key as a URL/],
  [{ user: 'a', key: 'hello' }, /not an SSH public key: 'hello'/],
  [{ user: 'a', key: `ssh-ed25519 ${blob}`, key_options: 'a\nb' }, /cannot hold a newline/],
]);

test('a key line is read and written as it was', () => {
  for (const line of [
    `ssh-ed25519 ${blob}`,
    `ssh-ed25519 ${blob} two words`,
    `from="10.0.0.0/8",command="echo \\"x\\" y" ssh-ed25519 ${blob} me`,
  ]) {
    expect(keyLine(readKey(line)!)).toBe(line);
  }
  expect(readKey('# ssh-rsa AAAA')).toBeUndefined();
  expect(readKey('a b ssh-rsa AAAA')).toBeUndefined();
});

decisionTable(cron, nothing, [
  {
    name: 'a new job',
    args: { name: 'n', minute: '5', job: 'x "y" %', user: 'app' },
    observed: { 'crontab app': { text: 'A="1"\n' } },
    kind: 'change',
    runs: ['crontab -u app -'],
    predicts: { 'crontab app': { text: 'A="1"\n#Ansible: n\n5 * * * * x "y" %\n' } },
  },
  {
    name: 'a job that is there',
    args: { name: 'n', special_time: 'daily', job: 'x' },
    observed: { 'crontab ': { text: '#Ansible: n\n@daily x\n' } },
    kind: 'unchanged',
  },
  {
    name: 'another time, its place kept',
    args: { name: 'n', hour: '3', job: 'x' },
    observed: { 'crontab ': { text: '#Ansible: n\n@daily x\n#Ansible: m\n@daily y\n' } },
    kind: 'change',
    predicts: { 'crontab ': { text: '#Ansible: n\n* 3 * * * x\n#Ansible: m\n@daily y\n' } },
  },
  {
    name: 'a disabled job',
    args: { name: 'n', job: 'x', disabled: true },
    kind: 'change',
    predicts: { 'crontab ': { text: '#Ansible: n\n#* * * * * x\n' } },
  },
  {
    name: 'a variable after another',
    args: { name: 'B', env: true, value: '2', insertafter: 'A' },
    observed: { 'crontab ': { text: 'A="1"\nC="3"\n' } },
    kind: 'change',
    predicts: { 'crontab ': { text: 'A="1"\nB="2"\nC="3"\n' } },
  },
  {
    name: 'a removal',
    args: { name: 'n', state: 'absent' },
    observed: { 'crontab ': { text: '#Ansible: n\n@daily x\ny\n' } },
    kind: 'change',
    predicts: { 'crontab ': { text: 'y\n' } },
  },
  { name: 'nothing to remove', args: { name: 'n', state: 'absent' }, kind: 'unchanged' },
  {
    name: 'a file of its own',
    args: { name: 'n', job: 'x', user: 'root', cron_file: 'app' },
    kind: 'change',
    says: '/etc/cron.d/app',
  },
  {
    name: 'an emptied file goes',
    args: { name: 'n', state: 'absent', cron_file: 'app' },
    observed: {
      'content /etc/cron.d/app': text('#Ansible: n\n@daily root x\n'),
      'path /etc/cron.d/app': file,
    },
    kind: 'change',
    runs: ['rm -f'],
  },
  {
    name: 'a host without crontab',
    args: { name: 'n', job: 'x' },
    observed: { 'crontab ': { text: '', unsupported: true } },
    kind: 'failed',
    says: 'crontab is not on this host',
  },
  {
    name: 'a user that crontab refuses',
    args: { name: 'n', job: 'x', user: 'no' },
    observed: { 'crontab no': { text: '', refused: "unknown user 'no'" } },
    kind: 'failed',
    says: "unknown user 'no'",
  },
]);
refusalTable(cron, [
  [{ name: 'n' }, /job is needed/],
  [{ name: 'n', job: 'x', special_time: 'daily', minute: '1' }, /excludes minute/],
  [{ name: 'n', job: 'x', minute: '1;' }, /not one of cron/],
  [{ name: 'n', job: 'x', cron_file: 'f' }, /user is needed/],
  [{ name: 'n', job: 'x\ny' }, /newline/],
]);

const tab = (content: string) => ({ 'content /etc/fstab': text(content), 'path /etc/fstab': file });
const mounted = (content: string) => ({ 'content /proc/mounts': text(content) });
const disk = { path: '/a b', src: '/dev/sdb1', fstype: 'ext4' };
decisionTable(mount, nothing, [
  {
    name: 'a mount that is not there',
    args: { ...disk, state: 'mounted' },
    observed: { ...tab('# x\n'), ...mounted('') },
    kind: 'change',
    runs: ["mkdir -p '/a b'", "mount -- '/a b'"],
  },
  {
    name: 'a mount that is there',
    args: { ...disk, state: 'mounted' },
    observed: {
      ...tab('/dev/sdb1  /a\\040b ext4 defaults\n'),
      ...mounted('/dev/sdb1 /a\\040b ext4 rw,relatime 0 0\n'),
    },
    kind: 'unchanged',
  },
  {
    name: 'other options',
    args: { ...disk, opts: 'noatime', state: 'mounted', boot: false },
    observed: {
      ...tab('/dev/sdb1 /a\\040b ext4 defaults 0 0\n'),
      ...mounted('/dev/sdb1 /a\\040b ext4 rw 0 0\n'),
    },
    kind: 'change',
    runs: ['mount -o remount'],
  },
  {
    name: 'another device',
    args: { ...disk, state: 'mounted' },
    observed: { ...tab(''), ...mounted('/dev/sdc1 /a\\040b ext4 rw 0 0\n') },
    kind: 'change',
    runs: ['umount', 'mount --'],
  },
  {
    name: 'fstab only',
    args: { ...disk, state: 'present' },
    observed: { ...tab(''), ...mounted('') },
    kind: 'change',
    never: ['mount --'],
  },
  {
    name: 'not now',
    args: { path: '/a b/', state: 'unmounted' },
    observed: { ...tab(''), ...mounted('x /a\\040b ext4 rw 0 0\n') },
    kind: 'change',
    runs: ["umount -- '/a b'"],
  },
  { name: 'nothing to unmount', args: { path: '/a b', state: 'unmounted' }, kind: 'unchanged' },
  {
    name: 'neither',
    args: { path: '/a b', state: 'absent' },
    observed: {
      ...tab('/dev/x /a\\040b ext4 defaults 0 0\n'),
      ...mounted('/dev/x /a\\040b ext4 rw 0 0\n'),
      'path /a b': { exists: true },
    },
    kind: 'change',
    runs: ['umount', 'rmdir'],
  },
  { name: 'nothing left', args: { path: '/a b', state: 'absent' }, kind: 'unchanged' },
  {
    name: 'now only',
    args: { ...disk, state: 'ephemeral' },
    kind: 'change',
    runs: ["mount -t ext4 -o defaults -- /dev/sdb1 '/a b'"],
  },
  {
    name: 'again',
    args: { path: '/a b', state: 'remounted' },
    kind: 'change',
    runs: ['-o remount'],
  },
]);
refusalTable(mount, [
  [{ path: 'a', state: 'unmounted' }, /not absolute/],
  [{ path: '/a', state: 'mounted' }, /src and fstype are needed/],
]);

decisionTable(modprobe, (kind) => (kind === 'probe' ? false : nothing(kind)), [
  {
    name: 'a load',
    args: { name: 'br-netfilter', params: 'a=1 b=2' },
    kind: 'change',
    says: 'load',
    runs: ["modprobe br-netfilter 'a=1' 'b=2'"],
  },
  {
    name: 'a loaded one',
    args: { name: 'br-netfilter' },
    observed: mods('br_netfilter 1 0 - Live 0x0\n'),
    kind: 'unchanged',
    says: 'loaded',
  },
  {
    name: 'a built-in one',
    args: { name: 'loop' },
    observed: { 'probe built-in': true },
    kind: 'unchanged',
    says: 'built in',
  },
  {
    name: 'an unload',
    args: { name: 'x', state: 'absent' },
    observed: mods('x 1 0 - Live 0x0\n'),
    kind: 'change',
    runs: ['modprobe -r x'],
  },
  {
    name: 'an unload of what is built in',
    args: { name: 'x', state: 'absent' },
    observed: { 'probe built-in': true },
    kind: 'failed',
  },
  {
    name: 'at boot too',
    args: { name: 'x', persistent: 'present' },
    observed: mods('x 1 0 - Live 0x0\n'),
    kind: 'change',
    says: 'write /etc/modules-load.d/x.conf',
  },
]);
function mods(content: string) {
  return { 'content /proc/modules': text(content) };
}

const hostLine = `h.example ssh-ed25519 ${blob}`;
const known = (content: string) => ({
  'content ~/.ssh/known_hosts': text(content),
  'path ~/.ssh/known_hosts': file,
});
decisionTable(knownHosts, nothing, [
  { name: 'a new host', args: { name: 'h.example', key: hostLine }, kind: 'change' },
  {
    name: 'a known host',
    args: { name: 'h.example', key: hostLine },
    observed: known(`x,h.example ssh-ed25519 ${blob} c\n`),
    kind: 'unchanged',
  },
  {
    name: 'another key',
    args: { name: 'h.example', key: hostLine },
    observed: known('h.example ssh-ed25519 AAAA\n'),
    kind: 'change',
  },
  {
    name: 'a removal',
    args: { name: 'h.example', state: 'absent' },
    observed: known(`${hostLine}\n`),
    kind: 'change',
  },
  {
    name: 'nothing to remove',
    args: { name: 'h', state: 'absent' },
    observed: known(`${hostLine}\n`),
    kind: 'unchanged',
  },
]);
refusalTable(knownHosts, [
  [{ name: 'h' }, /key is needed/],
  [{ name: 'h', key: hostLine }, /that of 'h.example', not of 'h'/],
]);

test('in check mode a file that a package may bring is planned as a new one', () => {
  const unknown = new Unknown('a package may bring it');
  const args = withDefaults(sysctl, { name: 'a.b', value: '1', sysctl_file: conf });
  expect(
    sysctl.decideUnknown!(args, { text: unknown, place: unknown, now: { value: '0' } }),
  ).toMatchObject({
    kind: 'change',
  });
  const key = { user: 'app', key: `ssh-ed25519 ${blob}` };
  expect(authorizedKey.decideUnknown!(key, { user: unknown })).toMatchObject({ kind: 'unknown' });
});
