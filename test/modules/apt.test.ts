import { expect, test } from 'vitest';
import { apt } from '../../src/modules/apt.ts';
import { readSimulation } from '../../src/modules/apt-simulation.ts';
import { absentPkg, installedPkg } from '../../src/observe/pkg.ts';
import { decideOn, withDefaults } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

const healthy = { updatedAt: 1_000_000, now: 1_000_100, interrupted: false, broken: [] };
const nothing = { installs: [], removes: [], configures: [], error: undefined };

function inst(name: string, to: string, from?: string) {
  return { installs: [{ name, from, to }], removes: [], configures: [], error: undefined };
}

function remv(...names: string[]) {
  return {
    installs: [],
    removes: names.map((name) => ({ name, from: '1', to: undefined })),
    configures: [],
    error: undefined,
  };
}

function defaults(kind: string): unknown {
  if (kind === 'pkg') return absentPkg;
  if (kind === 'aptCandidate') return { candidate: undefined, versions: [], names: [] };
  if (kind === 'aptCache') return healthy;
  if (kind === 'path') return { exists: false };
  return nothing;
}

decisionTable(apt, defaults, [
  {
    name: 'nothing when it is installed',
    args: { name: ['nginx'] },
    observed: { 'pkg nginx': installedPkg('nginx', '1.24-1') },
    kind: 'unchanged',
    says: 'nginx 1.24-1 is installed',
  },
  {
    name: 'an installation, with what comes along',
    args: { name: ['nginx', 'bash'] },
    observed: {
      'pkg bash': installedPkg('bash', '5'),
      'probe apt install': {
        installs: [
          { name: 'nginx-common', from: undefined, to: '1.24-1' },
          { name: 'nginx', from: undefined, to: '1.24-1' },
        ],
        removes: [],
        configures: [],
        error: undefined,
      },
    },
    kind: 'change',
    says: 'install nginx-common, nginx',
    runs: ['umask 022', 'NEEDRESTART_SUSPEND=1', '-o DPkg::Lock::Timeout=60', 'install nginx'],
    never: ['bash', 'apt-get update'],
    predicts: {
      'pkg nginx': { status: 'installed', version: '1.24-1' },
      'pkg nginx-common': { status: 'installed' },
    },
  },
  {
    name: 'nothing when a virtual package is provided',
    args: { name: ['mail-transport-agent'] },
    observed: { 'pkg mail-transport-agent': { ...absentPkg, provided: true } },
    kind: 'unchanged',
    says: 'provided by',
  },
  {
    name: 'a version that is there, by a glob',
    args: { name: ['nginx=1.24*'] },
    observed: { 'pkg nginx': installedPkg('nginx', '1.24-1') },
    kind: 'unchanged',
  },
  {
    name: 'another version',
    args: { name: ['nginx=1.26-1'], allow_downgrade: true },
    observed: {
      'pkg nginx': installedPkg('nginx', '1.24-1'),
      'probe apt install': inst('nginx', '1.26-1', '1.24-1'),
    },
    kind: 'change',
    says: 'upgrade nginx 1.24-1 → 1.26-1',
    runs: ['--allow-downgrades', "install 'nginx=1.26-1'"],
  },
  {
    name: 'a name that no list has',
    args: { name: ['ngnix'] },
    observed: { 'probe apt install': { ...nothing, error: 'Unable to locate package ngnix' } },
    kind: 'failed',
    says: 'Unable to locate package ngnix',
  },
  {
    name: 'a name that a refresh of the lists may bring',
    args: { name: ['new'], update_cache: true, cache_valid_time: 50 },
    observed: { 'probe apt install': { ...nothing, error: 'Unable to locate package new' } },
    kind: 'change',
    says: 'refresh the package lists, install new',
    runs: ['apt-get update', 'install new'],
  },
  {
    name: 'a name that a source added before may bring',
    args: { name: ['new'] },
    observed: {
      'aptCache ': { ...healthy, pending: true },
      'probe apt install': { ...nothing, error: 'Unable to locate package new' },
    },
    kind: 'change',
  },
  {
    name: 'no refresh while what is named is installed',
    args: { name: ['nginx'], update_cache: true },
    observed: {
      'pkg nginx': installedPkg('nginx', '1'),
      'aptCache ': { ...healthy, updatedAt: 5 },
    },
    kind: 'unchanged',
  },
  {
    name: 'a refresh alone, when the lists are old',
    args: { update_cache: true, cache_valid_time: 3600 },
    observed: { 'aptCache ': { ...healthy, updatedAt: undefined } },
    kind: 'change',
    says: 'refresh the package lists',
    runs: ['apt-get update'],
  },
  {
    name: 'no refresh when they are fresh',
    args: { cache_valid_time: 3600 },
    kind: 'unchanged',
    says: '100 s old',
  },
  {
    name: 'the newest version by the lists',
    args: { name: ['nginx'], state: 'latest' },
    observed: {
      'pkg nginx': installedPkg('nginx', '1.24-1'),
      'aptCandidate nginx': { candidate: '1.26-1', versions: ['1.26-1'], names: [] },
      'probe apt install': inst('nginx', '1.26-1', '1.24-1'),
    },
    kind: 'change',
    says: 'upgrade nginx 1.24-1 → 1.26-1',
  },
  {
    name: 'nothing newer',
    args: { name: ['nginx'], state: 'latest' },
    observed: {
      'pkg nginx': installedPkg('nginx', '1.26-1'),
      'aptCandidate nginx': { candidate: '1.26-1', versions: ['1.26-1'], names: [] },
    },
    kind: 'unchanged',
    says: 'the newest version',
  },
  {
    name: 'latest with old lists refreshes and then asks apt-get',
    args: { name: ['nginx'], state: 'latest', update_cache: true, cache_valid_time: 10 },
    observed: {
      'pkg nginx': installedPkg('nginx', '1.26-1'),
      'aptCandidate nginx': { candidate: '1.26-1', versions: ['1.26-1'], names: [] },
    },
    kind: 'change',
    runs: ['apt-get update', 'install nginx'],
  },
  {
    name: 'only_upgrade leaves out what is not there',
    args: { name: ['nginx'], state: 'latest', only_upgrade: true },
    kind: 'unchanged',
  },
  {
    name: 'a removal with what depends on it',
    args: { name: ['nginx'], state: 'absent' },
    observed: {
      'pkg nginx': installedPkg('nginx', '1'),
      'probe apt remove': remv('nginx', 'nginx-extras'),
    },
    kind: 'change',
    says: 'remove nginx, nginx-extras',
    predicts: { 'pkg nginx': { status: 'absent' }, 'pkg nginx-extras': { status: 'absent' } },
  },
  {
    name: 'left configuration is nothing to remove',
    args: { name: ['nginx'], state: 'absent' },
    observed: { 'pkg nginx': configFiles('nginx') },
    kind: 'unchanged',
    says: 'nginx is not installed',
  },
  {
    name: 'left configuration is purged',
    args: { name: ['nginx'], state: 'absent', purge: true },
    observed: { 'pkg nginx': configFiles('nginx'), 'probe apt purge': remv('nginx') },
    kind: 'change',
    runs: ['purge nginx'],
  },
  {
    name: 'a glob of removals is expanded, as apt-get would take a regular expression',
    args: { name: ['php8.*'], state: 'absent' },
    observed: {
      'pkg php8.*': {
        ...installedPkg('php8.2', '8.2'),
        rows: [...installedPkg('php8.2', '8.2').rows, ...installedPkg('php8.2-cli', '8.2').rows],
      },
      'probe apt remove': remv('php8.2', 'php8.2-cli'),
    },
    kind: 'change',
    runs: ['remove php8.2 php8.2-cli'],
  },
  {
    name: 'a glob of installations is expanded from the lists',
    args: { name: ['fonts-x*'] },
    observed: {
      'pkg fonts-x*': { ...absentPkg, rows: installedPkg('fonts-xa', '1').rows },
      'aptCandidate fonts-x*': {
        candidate: undefined,
        versions: [],
        names: ['fonts-xa', 'fonts-xb'],
      },
      'probe apt install': inst('fonts-xb', '1'),
    },
    kind: 'change',
    runs: ['install fonts-xb'],
  },
  {
    name: 'dpkg that was interrupted',
    args: { name: ['nginx'] },
    observed: {
      'aptCache ': { ...healthy, interrupted: true, broken: ['vim (half-configured)'] },
      'probe apt install': inst('nginx', '1'),
    },
    kind: 'failed',
    says: /dpkg was interrupted.*vim \(half-configured\)/,
  },
  {
    name: 'a package that was left half configured',
    args: { name: ['vim'] },
    observed: {
      'aptCache ': { ...healthy, broken: ['vim (half-configured)'] },
      'pkg vim': { ...installedPkg('vim', '9'), status: 'half-configured' },
      'probe apt install': { ...nothing, configures: ['vim'] },
    },
    kind: 'failed',
    says: /neither installed nor removed: vim \(half-configured\)/,
  },
  {
    name: 'an interrupted dpkg does not matter when nothing is to be done',
    args: { name: ['nginx'] },
    observed: {
      'aptCache ': { ...healthy, interrupted: true },
      'pkg nginx': installedPkg('nginx', '1'),
    },
    kind: 'unchanged',
  },
  {
    name: 'an upgrade of everything',
    args: { upgrade: 'dist' },
    observed: { 'probe apt dist-upgrade': inst('libc6', '2', '1') },
    kind: 'change',
    says: 'upgrade libc6 1 → 2',
    runs: ['dist-upgrade'],
  },
  {
    name: 'nothing to upgrade',
    args: { upgrade: 'yes' },
    kind: 'unchanged',
    says: 'nothing can be',
  },
  { name: 'nothing to remove automatically', args: { autoremove: true }, kind: 'unchanged' },
  {
    name: 'a package file',
    args: { deb: '/tmp/a b.deb' },
    observed: {
      'path /tmp/a b.deb': { exists: true },
      'probe deb file': { name: 'a', version: '2', installed: '1' },
    },
    kind: 'change',
    says: 'install a 2 from /tmp/a b.deb',
    runs: ["'/tmp/a b.deb'"],
  },
  {
    name: 'a package file that is installed',
    args: { deb: '/tmp/a.deb' },
    observed: { 'probe deb file': { name: 'a', version: '2', installed: '2' } },
    kind: 'unchanged',
  },
  {
    name: 'a package file that is not there',
    args: { deb: '/tmp/a.deb' },
    observed: { 'probe deb file': undefined },
    kind: 'failed',
    says: 'there is no file /tmp/a.deb',
  },
  {
    name: 'a package file by its address',
    args: { deb: 'https://example.org/x/tool_1.2-3_amd64.deb' },
    observed: { 'pkg tool': installedPkg('tool', '1:1.2-3') },
    kind: 'unchanged',
    says: 'tool 1.2-3 is installed',
  },
  {
    name: 'a host without apt',
    args: { name: ['nginx'] },
    observed: { 'aptCache ': { ...healthy, unsupported: true } },
    kind: 'failed',
    says: 'apt-get is not installed',
  },
]);

refusalTable(apt, [
  [{}, /one of name/],
  [{ name: ['ng inx'] }, /'ng inx' is not a package name/],
  [{ name: ['-y'] }, /is not a package name/],
  [{ name: ['nginx>=1'] }, /only = is supported/],
  [{ name: ['a'], deb: '/x.deb' }, /exclude each other/],
  [{ upgrade: 'dist', name: ['a'] }, /upgrade excludes/],
  [{ deb: 'https://example.org/latest' }, /must end in NAME_VERSION_ARCH/],
]);

function configFiles(name: string) {
  const row = { ...installedPkg(name, '1').rows[0]!, status: 'config-files' as const };
  return { ...absentPkg, status: 'config-files', rows: [row] };
}

test('latest with old lists is decided by the old lists in check mode', () => {
  const observed = (kind: string) => {
    if (kind === 'pkg') return installedPkg('nginx', '1');
    if (kind === 'aptCandidate') return { candidate: '1', versions: ['1'], names: [] };
    return kind === 'aptCache' ? { ...healthy, updatedAt: 0 } : nothing;
  };
  const args = { name: ['nginx'], state: 'latest', update_cache: true };
  const full = { ...withDefaults(apt, args), checkMode: true };
  expect(decideOn(apt, full, observed)).toMatchObject({ kind: 'unchanged' });
});

test('what apt-get did decides whether a refresh brought something', () => {
  const args = { name: ['nginx'], state: 'latest', update_cache: true };
  const full = { ...withDefaults(apt, args), checkMode: false };
  const decision = decideOn(apt, full, (kind) => {
    if (kind === 'pkg') return installedPkg('nginx', '1');
    if (kind === 'aptCandidate') return { candidate: '1', versions: ['1'], names: [] };
    return kind === 'aptCache' ? { ...healthy, updatedAt: 0 } : nothing;
  });
  if (decision.kind !== 'change') throw new Error(decision.kind);
  const ran = (status: number, stdout: string, stderr = '') =>
    decision.complete!([
      { status, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr), truncated: false },
    ]);
  expect(ran(0, '0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n').changed).toBe(
    false,
  );
  expect(ran(0, '1 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n').changed).toBe(
    undefined,
  );
  const locked =
    'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 42 (apt-get)\nN: Be aware\n';
  expect(ran(100, '', locked).failed).toMatch(/held by process 42 \(apt-get\)/);
  expect(ran(100, '', 'E: write error - write (28: No space left on device)\n').failed).toMatch(
    /^the disk of the host is full/,
  );
  const left = 'Errors were encountered while processing:\n vim\n nano\nE: Sub-process failed\n';
  expect(ran(100, '', left).failed).toMatch(/unfinished: vim, nano/);
});

test('reads what apt-get simulates', () => {
  const text = [
    'Reading package lists...',
    'Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian:12.1/stable [amd64]) []',
    'Inst tree (2.1.0-1 Debian:12/stable [amd64])',
    'Conf tree (2.1.0-1 Debian:12/stable [amd64])',
    'Conf nano (7.2-1 Debian:12/stable [amd64])',
    'Remv nano [7.2-1]',
    'Purg vim [9]',
  ].join('\n');
  expect(readSimulation(0, text, '')).toEqual({
    installs: [
      { name: 'libc6', from: '2.36-9', to: '2.36-9+deb12u1' },
      { name: 'tree', from: undefined, to: '2.1.0-1' },
    ],
    removes: [
      { name: 'nano', from: '7.2-1', to: undefined },
      { name: 'vim', from: '9', to: undefined },
    ],
    configures: ['nano'],
    error: undefined,
  });
  expect(readSimulation(100, '', 'W: x\nE: one\nE: two\n').error).toBe('one; two');
});
