import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allSubsets, type Facts, facts, factsCollector } from '../../src/observe/facts.ts';

const keys = allSubsets.map((subset) => facts(subset).key);

function frame(name: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${name} ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function parse(frames: Readonly<Record<string, string>>, asked = keys): Facts {
  const stdout = Buffer.concat([
    ...Object.entries(frames).map(([name, text]) => frame(name, text)),
    frame('end', ''),
  ]);
  const states = factsCollector.parse({ status: 0, stdout, stderr: Buffer.alloc(0) }, asked);
  return Object.assign(Object.create(null), ...states);
}

function files(lines: Readonly<Record<string, string>>): string {
  return Object.entries(lines)
    .flatMap(([path, text]) => text.split('\n').map((line) => `${path}:${line}`))
    .join('\n');
}

function gather(shell: readonly string[], asked: readonly string[], path?: string): Facts {
  const { text } = factsCollector.script(asked);
  const [program, ...rest] = shell as [string, ...string[]];
  const environment = { ...process.env, LC_ALL: 'C', ...(path ? { PATH: path } : {}) };
  const run = spawnSync(program, [...rest, '-c', text], { env: environment });
  const states = factsCollector.parse(
    { status: run.status ?? 255, stdout: run.stdout, stderr: run.stderr },
    asked,
  );
  return Object.assign(Object.create(null), ...states);
}

describe.each([
  ['dash', ['dash']],
  ['bash', ['bash']],
  ['busybox', ['busybox', 'sh']],
])('on this machine with %s', (_, shell) => {
  const found = gather(shell, keys);

  test('names the platform, the user and the time', () => {
    const id = spawnSync('id', ['-un']).stdout.toString().trim();
    const kernel = spawnSync('uname', ['-r']).stdout.toString().trim();
    expect(found).toMatchObject({
      ansible_system: 'Linux',
      ansible_kernel: kernel,
      ansible_nodename: hostname(),
      ansible_machine: spawnSync('uname', ['-m']).stdout.toString().trim(),
      ansible_user_id: id,
      ansible_os_family: 'Debian',
      ansible_pkg_mgr: 'apt',
    });
    expect(found.ansible_date_time).toHaveProperty('iso8601');
    expect(found.ansible_env).toHaveProperty('HOME', process.env.HOME);
  });

  test('names interfaces, memory and processors', () => {
    expect(found.ansible_interfaces).toContain('lo');
    expect(found.ansible_lo).toMatchObject({ type: 'loopback', device: 'lo' });
    expect(found.ansible_memtotal_mb).toBeGreaterThan(0);
    expect(found.ansible_processor_vcpus).toBeGreaterThan(0);
    expect(found.ansible_uptime_seconds).toBeGreaterThan(0);
  });
});

test('works where only busybox and no ip are installed', () => {
  const bin = mkdtempSync(join(tmpdir(), 'rolecall-bin-'));
  try {
    const applets = 'grep uname date id env tr stat ls readlink hostname timeout cat'.split(' ');
    const busybox = spawnSync('sh', ['-c', 'command -v busybox']).stdout.toString().trim();
    for (const applet of [...applets, 'sh']) symlinkSync(busybox, join(bin, applet));
    const script = factsCollector.script(keys).text.replace(/^PATH=.*$/m, '');
    const run = spawnSync(join(bin, 'sh'), ['-c', script], { env: { PATH: bin, LC_ALL: 'C' } });
    const states = factsCollector.parse(
      { status: 0, stdout: run.stdout, stderr: run.stderr },
      keys,
    );
    const found: Facts = Object.assign({}, ...states);
    const own = gather(['dash'], keys);
    for (const name of ['ansible_default_ipv4', 'ansible_lo']) {
      const strip = (value: unknown) => JSON.parse(JSON.stringify(value), dropBroadcast);
      expect(strip(found[name])).toEqual(strip(own[name]));
    }
    expect(found.ansible_all_ipv4_addresses).toContain(addressOf(own.ansible_default_ipv4));
    expect(found.ansible_mounts).toContainEqual(
      expect.objectContaining({ mount: '/', size_total: expect.any(Number) }),
    );
  } finally {
    rmSync(bin, { recursive: true });
  }
});

function addressOf(value: unknown): string {
  return (value as { address: string }).address;
}

/** The kernel's own tables do not tell broadcast addresses. */
function dropBroadcast(key: string, value: unknown): unknown {
  return key === 'broadcast' ? undefined : value;
}

test('runs executable local facts and reads the others as JSON or INI', () => {
  const folder = mkdtempSync(join(tmpdir(), "rolecall facts '"));
  try {
    writeFileSync(join(folder, 'a b.fact'), '#!/bin/sh\necho \'{"x": [1, {"__proto__": 2}]}\'', {
      mode: 0o755,
    });
    writeFileSync(join(folder, 'ini.fact'), '[General]\nKey = value\nother: 2\n');
    writeFileSync(join(folder, 'bad.fact'), 'not a fact');
    const found = gather(['dash'], [facts('local', folder).key]);
    expect(JSON.parse(JSON.stringify(found.ansible_local))).toEqual({
      'a b': { x: [1, JSON.parse('{"__proto__": 2}')] },
      ini: { General: { key: 'value', other: '2' } },
      bad: 'error loading facts as JSON or ini - please check content',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Distribution {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly facts: Facts;
}

const distributions: readonly Distribution[] = [
  {
    name: 'Debian with its point release',
    files: {
      '/etc/os-release':
        'ID=debian\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nVERSION_CODENAME=trixie',
      '/etc/debian_version': '13.1',
    },
    facts: {
      ansible_distribution: 'Debian',
      ansible_distribution_version: '13.1',
      ansible_distribution_major_version: '13',
      ansible_distribution_minor_version: '1',
      ansible_distribution_release: 'trixie',
      ansible_os_family: 'Debian',
    },
  },
  {
    name: 'Debian unstable has no version',
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_CODENAME=forky',
      '/etc/debian_version': 'forky/sid',
    },
    facts: { ansible_distribution_version: 'forky', ansible_distribution_release: 'forky' },
  },
  {
    name: 'Ubuntu',
    files: {
      '/etc/os-release': 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble',
    },
    facts: {
      ansible_distribution: 'Ubuntu',
      ansible_distribution_major_version: '24',
      ansible_os_family: 'Debian',
    },
  },
  {
    name: 'Rocky',
    files: { '/etc/os-release': 'ID="rocky"\nVERSION="9.3 (Blue Onyx)"\nVERSION_ID="9.3"' },
    facts: {
      ansible_distribution: 'Rocky',
      ansible_distribution_release: 'Blue Onyx',
      ansible_os_family: 'RedHat',
    },
  },
  {
    name: 'Alpine',
    files: { '/etc/os-release': 'ID=alpine\nVERSION_ID=3.20.1', '/etc/alpine-release': '3.20.1' },
    facts: { ansible_distribution: 'Alpine', ansible_distribution_version: '3.20.1' },
  },
  {
    name: 'an unknown relative of Debian',
    files: { '/etc/os-release': 'ID=somedeb\nID_LIKE=debian\nNAME="Some Deb"\nVERSION_ID=1' },
    facts: { ansible_distribution: 'Some', ansible_os_family: 'Debian' },
  },
  { name: 'nothing at all', files: {}, facts: { ansible_distribution: 'Linux' } },
];

test.each(distributions)('distribution: $name', ({ files: given, facts: expected }) => {
  expect(parse({ files: files(given) })).toMatchObject(expected);
});

test('routes, addresses and device kinds from captured text', () => {
  const found = parse({
    addresses: [
      '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever',
      '2: host0@if5    inet 10.1.2.3/20 brd 10.1.15.255 scope global host0\\  valid_lft forever',
      '2: host0    inet 10.1.2.4/20 scope global secondary host0\\  valid_lft forever',
      '2: host0    inet6 fe80::1/64 scope link \\  valid_lft forever',
      '3: tun.0    inet 10.8.0.2 peer 10.8.0.1/32 scope global tun.0',
    ].join('\n'),
    interfaces: ' lo host0 br-lan',
    files: files({
      '/proc/net/route':
        'Iface\tDestination\tGateway\nhost0\t00000000\t0100010A\t0003\t0\t0\t100\t00000000\t0\t0\t0',
      '/sys/class/net/host0/address': '02:00:00:00:00:01',
      '/sys/class/net/host0/mtu': '1500',
      '/sys/class/net/host0/type': '1',
      '/sys/class/net/br-lan/type': '1',
      '/sys/class/net/br-lan/bridge/bridge_id': '8000.000000000000',
    }),
  });
  expect(found.ansible_default_ipv4).toEqual({
    address: '10.1.2.3',
    alias: 'host0',
    broadcast: '10.1.15.255',
    gateway: '10.1.0.1',
    interface: 'host0',
    macaddress: '02:00:00:00:00:01',
    mtu: 1500,
    netmask: '255.255.240.0',
    network: '10.1.0.0',
    prefix: '20',
    type: 'ether',
  });
  expect(found.ansible_all_ipv4_addresses).toEqual(['10.1.2.3', '10.1.2.4', '10.8.0.2']);
  expect(found.ansible_all_ipv6_addresses).toEqual(['fe80::1']);
  expect(found.ansible_br_lan).toMatchObject({ type: 'bridge', device: 'br-lan' });
  expect(found.ansible_tun_0).toMatchObject({ ipv4: { address: '10.8.0.2', prefix: '32' } });
  expect(found.ansible_interfaces).toEqual(['lo', 'host0', 'br-lan', 'tun.0']);
});

test('a file that looks like frames cannot forge facts', () => {
  const found = parse({
    files: files({
      '/proc/sys/kernel/hostname': 'real',
      '/etc/machine-id': 'x\nfqdn 4\nevil\nend 0',
    }),
    fqdn: 'real.example.org',
  });
  expect(found).toMatchObject({ ansible_fqdn: 'real.example.org', ansible_domain: 'example.org' });
});

test.each([
  ['nothing', ''],
  ['noise', 'hello\n'],
  ['a cut frame', 'files 100\nabc\n'],
  ['no end', 'files 3\nabc\n'],
])('an answer that is %s is refused', (_, text) => {
  const answer = { status: 0, stdout: Buffer.from(text), stderr: Buffer.from('sh: boom') };
  expect(() => factsCollector.parse(answer, ['min'])).toThrow(/boom/);
});

const frameNames = [
  'files',
  'machine',
  'date',
  'uid',
  'passwd',
  'env',
  'fqdn',
  'managers',
  'marks',
  'roots',
  'python',
  'addresses',
  'interfaces',
  'cpu',
  'sizes',
  'disks',
  'blocks',
  'physical',
  'nproc',
  'virtmarks',
  'init',
  'hypervisor',
  'cpumodel',
  'local4',
];
const knownFiles = [
  '/proc/sys/kernel/hostname',
  '/etc/os-release',
  '/etc/debian_version',
  '/etc/resolv.conf',
  '/proc/net/route',
  '/proc/net/ipv6_route',
  '/proc/net/fib_trie',
  '/proc/net/if_inet6',
  '/proc/meminfo',
  '/proc/mounts',
  '/proc/loadavg',
  '/proc/cmdline',
  '/proc/self/status',
  '/sys/block/a/a1/start',
  '/etc/ssh/ssh_host_rsa_key.pub',
  '/sys/class/net/eth0/flags',
  '/proc/1/cgroup',
];
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '1',
    '-1',
    '99999999999999999999',
    '0'.repeat(32),
    'inet',
    'inet6',
    'peer',
    'brd',
    'MemTotal:',
    '[x]',
    '=',
    ':',
    '/',
    '\\040',
    '00000000',
    '/dev/sda',
    'nameserver',
  ),
);
const odd = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '\n', '\t', '=', ':', '/')), { maxLength: 30 })
  .map((parts) => parts.flat().join(''));

test('odd content never throws and gives plain data only', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...frameNames), odd),
      fc.dictionary(fc.constantFrom(...knownFiles), odd),
      (texts, contents) => {
        const found = parse({ ...texts, files: `${texts.files ?? ''}\n${files(contents)}` });
        expect(plainProblem(found)).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
});

function plainProblem(value: unknown, path = 'facts'): string | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path}: ${value}`;
  if (typeof value !== 'object') return `${path}: ${typeof value}`;
  const prototype = Object.getPrototypeOf(value);
  if (![null, Object.prototype, Array.prototype].includes(prototype)) return `${path}: prototype`;
  for (const [key, item] of Object.entries(value)) {
    const problem = plainProblem(item, `${path}.${key}`);
    if (problem) return problem;
  }
  return undefined;
}
