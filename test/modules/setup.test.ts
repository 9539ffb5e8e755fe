import { expect, test } from 'vitest';
import { factSubsets } from '../../src/modules/fact-subsets.ts';
import { getent } from '../../src/modules/getent.ts';
import { packageModule } from '../../src/modules/package.ts';
import { packageFacts } from '../../src/modules/package-facts.ts';
import { serviceFacts } from '../../src/modules/service-facts.ts';
import { setup } from '../../src/modules/setup.ts';
import { absentPkg, installedPkg } from '../../src/observe/pkg.ts';
import { converge, decideOn, withDefaults } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

test.each([
  ['all', 'min network hardware virtual local'],
  ['!all', 'min local'],
  ['!all !min', ''],
  ['network', 'min network local'],
  ['!hardware', 'min network virtual local'],
  ['all !network', 'min hardware virtual local'],
  ['!all !min network', 'network'],
  ['!all mounts', 'min hardware local'],
  ['!all !min distribution', 'min'],
  ['all !facter !ohai', 'min network hardware virtual local'],
])('gather_subset %s gathers %s', (words, subsets) => {
  expect(factSubsets(words.split(' ')).join(' ')).toBe(subsets);
});

refusalTable(setup, [
  [{ gather_subset: ['netwrok'] }, /no subset 'netwrok'; did you mean 'network'/],
  [{ gather_subset: ['facter'] }, /needs facter/],
]);

test('setup merges the subsets and filters with and without the prefix', () => {
  const states: Record<string, object> = {
    min: { ansible_hostname: 'a', ansible_distribution: 'Debian' },
    network: { ansible_interfaces: ['lo'] },
  };
  const decide = (args: object) =>
    decideOn(
      setup,
      withDefaults(setup, { gather_subset: ['network'], ...args }),
      (_, key) => states[key] ?? {},
    );
  expect(decide({})).toMatchObject({
    kind: 'unchanged',
    result: {
      ansible_facts: { ansible_hostname: 'a', ansible_interfaces: ['lo'], module_setup: true },
    },
  });
  const filtered = decide({ filter: ['dist*', 'ansible_interf*'] });
  expect(filtered).toHaveProperty('result.ansible_facts');
  const { result } = filtered as unknown as { result: { ansible_facts: object } };
  expect(Object.keys(result.ansible_facts)).toEqual(['ansible_distribution', 'ansible_interfaces']);
});

test('package_facts lists what this machine has', async () => {
  const { result } = await converge(packageFacts, {});
  expect(result).toMatchObject({
    ansible_facts: {
      packages: { dpkg: [{ name: 'dpkg', source: 'apt', version: expect.any(String) }] },
    },
  });
});

test('service_facts answers on this machine', async () => {
  const { decision } = await converge(serviceFacts, {});
  expect(decision).toMatchObject({
    kind: 'unchanged',
    result: { ansible_facts: { services: {} } },
  });
});

test('service_facts reads units and unit files', () => {
  const parse = serviceFacts.observe({}).services!.probe!.parse;
  const stdout = [
    'ssh.service loaded active running OpenBSD Secure Shell server',
    '● bad.service loaded failed failed Bad',
    'gone.service not-found inactive dead gone.service',
    'once.service loaded active exited Once',
    '--files--',
    'ssh.service enabled enabled',
    'idle.service disabled enabled',
  ].join('\n');
  expect(parse({ status: 0, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) })).toMatchObject({
    'ssh.service': { state: 'running', status: 'enabled' },
    'bad.service': { state: 'failed' },
    'gone.service': { state: 'stopped', status: 'not-found' },
    'once.service': { state: 'stopped' },
    'idle.service': { state: 'inactive', status: 'disabled' },
  });
});

const found = (...lines: string[]) => ({ status: lines.length > 0 ? 0 : 2, lines });
decisionTable(
  getent,
  (_, key) => (key.includes('root') ? found('root:x:0:0:root:/root:/bin/sh') : found()),
  [
    {
      name: 'a key',
      args: { database: 'passwd', key: 'root' },
      kind: 'unchanged',
      result: {
        ansible_facts: { getent_passwd: { root: ['x', '0', '0', 'root', '/root', '/bin/sh'] } },
      },
    },
    {
      name: 'no such key',
      args: { database: 'passwd', key: 'no' },
      kind: 'failed',
      says: "passwd has no 'no'",
    },
    {
      name: 'no such key, allowed',
      args: { database: 'passwd', key: 'no', fail_key: false },
      kind: 'unchanged',
      result: { ansible_facts: { getent_passwd: { no: null } } },
    },
    {
      name: 'no such database',
      args: { database: 'nope' },
      observed: { 'getent ["nope","",""]': { status: 1, lines: [] } },
      kind: 'failed',
      says: "no database 'nope'",
    },
  ],
);
refusalTable(getent, [[{ database: 'a b' }, /cannot be the name of a database/]]);

const healthy = { updatedAt: 1, now: 2, interrupted: false, broken: [] };
function debian(kind: string): unknown {
  if (kind === 'aptCache') return healthy;
  if (kind === 'pkg') return absentPkg;
  return kind === 'probe'
    ? { installs: [], removes: [], configures: [], error: undefined }
    : undefined;
}
function other(manager: string, installed: readonly boolean[]) {
  return {
    'aptCache ': { ...healthy, unsupported: true },
    'probe package manager': { manager, installed },
  };
}
decisionTable(packageModule, debian, [
  {
    name: 'by apt what apt would',
    args: { name: ['git'] },
    observed: { 'pkg git': installedPkg('git', '2') },
    kind: 'unchanged',
    says: 'git 2 is installed',
  },
  {
    name: 'by apk',
    args: { name: ['git', 'vim'] },
    observed: other('apk', [true, false]),
    kind: 'change',
    says: 'install vim',
    runs: ['apk add vim'],
  },
  {
    name: 'by dnf',
    args: { name: ['git'], state: 'absent' },
    observed: other('dnf', [true]),
    kind: 'change',
    runs: ['dnf -y remove git'],
  },
  {
    name: 'nothing by dnf',
    args: { name: ['git'] },
    observed: other('dnf', [true]),
    kind: 'unchanged',
    says: 'git installed (dnf)',
  },
  {
    name: 'latest without apt',
    args: { name: ['git'], state: 'latest' },
    observed: other('dnf', [true]),
    kind: 'failed',
    says: 'apt only',
  },
  {
    name: 'no manager',
    args: { name: ['git'] },
    observed: other('none', []),
    kind: 'failed',
    says: 'no known package manager',
  },
]);
refusalTable(packageModule, [
  [{}, /name is needed/],
  [{ name: ['git'], use: 'brew' }, /use: brew is not supported/],
]);
