import type { ModuleCase } from './case.ts';

const userland = ['debian', 'busybox'] as const;
const debian = ['debian'] as const;

/** Modules that read and change nothing on the host. */
export const cases: ModuleCase[] = [
  {
    name: 'answers',
    module: 'ping',
    kind: 'query',
    present: {},
    gives: { ping: 'pong' },
    userland,
  },
  {
    name: 'a file',
    module: 'stat',
    kind: 'query',
    absent: 'printf hello >/srv/stat; chmod 0640 /srv/stat',
    present: { path: '/srv/stat' },
    gives: {
      stat: {
        exists: true,
        isreg: true,
        isdir: false,
        size: 5,
        mode: '0640',
        pw_name: 'root',
        uid: 0,
        checksum: 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d',
        readable: true,
        xoth: false,
      },
    },
    userland,
  },
  {
    name: 'what is not there',
    module: 'stat',
    kind: 'query',
    present: { path: '/srv/no such file' },
    gives: { stat: { exists: false } },
    userland,
  },
  {
    name: 'old files by name',
    module: 'find',
    kind: 'query',
    absent:
      "rm -rf /srv/find; mkdir -p /srv/find/sub; echo x >'/srv/find/a b.log'; echo y >/srv/find/sub/c.log; echo z >/srv/find/new.log; touch -d '2020-01-01 00:00:00' '/srv/find/a b.log' /srv/find/sub/c.log",
    present: { paths: '/srv/find', patterns: '*.log', age: '2d', recurse: true },
    gives: { matched: 2, examined: 4 },
    userland,
  },
  {
    name: 'a small file',
    module: 'slurp',
    kind: 'query',
    absent: "printf '\\001\\377bytes' >/srv/slurp",
    present: { src: '/srv/slurp' },
    gives: { content: 'Af9ieXRlcw==', encoding: 'base64', source: '/srv/slurp' },
    userland,
  },
  {
    name: 'a user',
    module: 'getent',
    kind: 'query',
    present: { database: 'passwd', key: 'root' },
    gives: {
      ansible_facts: { getent_passwd: { root: ['x', '0', '0', 'root', '/root', '/bin/bash'] } },
    },
    userland: debian,
  },
  {
    name: 'facts',
    module: 'setup',
    kind: 'query',
    present: {},
    gives: {
      ansible_facts: {
        ansible_system: 'Linux',
        ansible_distribution: 'Debian',
        ansible_pkg_mgr: 'apt',
        ansible_service_mgr: 'systemd',
      },
    },
    userland: debian,
  },
  {
    name: 'facts of a small host',
    module: 'setup',
    kind: 'query',
    present: { gather_subset: '!all,min' },
    gives: { ansible_facts: { ansible_system: 'Linux', ansible_user_id: 'root' } },
    userland: ['busybox'],
  },
  {
    name: 'services',
    module: 'service_facts',
    kind: 'query',
    present: {},
    gives: {
      ansible_facts: {
        services: {
          'ssh.service': {
            name: 'ssh.service',
            source: 'systemd',
            state: 'running',
            status: 'enabled',
          },
        },
      },
    },
    userland: debian,
  },
  {
    name: 'packages',
    module: 'package_facts',
    kind: 'query',
    present: {},
    gives: { ansible_facts: { packages: { cron: [{ name: 'cron', source: 'apt' }] } } },
    userland: debian,
  },
  {
    name: 'a file for the controller',
    module: 'fetch',
    absent: 'echo certificate >/srv/fetch.pem',
    present: { src: '/srv/fetch.pem', dest: 'fetched/' },
    changedByHand: 'echo renewed >/srv/fetch.pem',
    userland,
  },
];
