import type { ModuleCase } from './case.ts';

const userland = ['debian'] as const;

/** Package sources first: the packages of the last cases may bring what others ask for. */
export const cases: ModuleCase[] = [
  {
    name: 'a source in a file of its own',
    module: 'apt_repository',
    present: { repo: 'deb [trusted=yes] file:/srv/repo ./', filename: 'case', update_cache: false },
    changedByHand: 'rm /etc/apt/sources.list.d/case.list',
    verify: 'grep -q "file:/srv/repo" /etc/apt/sources.list.d/case.list',
    userland,
  },
  {
    name: 'a source',
    module: 'deb822_repository',
    present: {
      name: 'vendor',
      types: 'deb',
      uris: 'https://example.invalid/debian',
      suites: 'stable',
      components: ['main'],
      enabled: false,
    },
    changedByHand: "sed -i 's/stable/testing/' /etc/apt/sources.list.d/vendor.sources",
    verify: 'grep -q "Suites: stable" /etc/apt/sources.list.d/vendor.sources',
    userland,
  },
  {
    name: 'an armoured key',
    module: 'apt_key',
    present: {
      data: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n',
      keyring: '/etc/apt/trusted.gpg.d/case.asc',
    },
    changedByHand: 'echo other >/etc/apt/trusted.gpg.d/case.asc',
    verify: 'grep -q mDMEZ /etc/apt/trusted.gpg.d/case.asc',
    userland,
  },
  {
    name: 'a package',
    module: 'apt',
    present: { name: 'tree' },
    changedByHand: 'dpkg --purge tree',
    verify: 'tree --version',
    userland,
  },
  {
    name: 'no such package',
    module: 'apt',
    absent: 'apt-get install -y -q bc',
    present: { name: 'bc', state: 'absent', purge: true },
    changedByHand: 'apt-get install -y -q bc',
    verify: '! dpkg -s bc',
    userland,
  },
  {
    name: 'several',
    module: 'package',
    present: { name: ['dc', 'time'], state: 'present' },
    changedByHand: 'dpkg --purge time',
    verify: 'dpkg -s dc time',
    userland,
  },
];
