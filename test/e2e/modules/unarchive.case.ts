import type { ModuleCase } from './case.ts';

const userland = ['debian', 'busybox'] as const;

export const cases: ModuleCase[] = [
  {
    name: 'an archive of the controller',
    module: 'unarchive',
    onController:
      "mkdir -p made/app/bin; echo run >made/app/bin/run; chmod 0755 made/app/bin/run; echo text >'made/app/a b.txt'; tar -C made -czf files/app.tar.gz app",
    absent: 'rm -rf /srv/unpacked; mkdir /srv/unpacked',
    present: { src: 'app.tar.gz', dest: '/srv/unpacked' },
    changedByHand: "echo drift >'/srv/unpacked/app/a b.txt'; rm /srv/unpacked/app/bin/run",
    verify: "[ -x /srv/unpacked/app/bin/run ] && grep -qx text '/srv/unpacked/app/a b.txt'",
    userland,
  },
  {
    name: 'an archive of the host, without its first folder',
    module: 'unarchive',
    absent:
      'rm -rf /srv/there /srv/made; mkdir -p /srv/there /srv/made/release-1; echo v1 >/srv/made/release-1/version; tar -C /srv/made -cf /srv/release.tar release-1',
    present: {
      src: '/srv/release.tar',
      dest: '/srv/there',
      remote_src: true,
      extra_opts: ['--strip-components=1'],
      owner: 'daemon',
    },
    changedByHand: 'echo v0.9 >/srv/there/version',
    verify: 'grep -qx v1 /srv/there/version',
    userland: ['debian'],
  },
  {
    name: 'once',
    module: 'unarchive',
    absent:
      'rm -rf /srv/once /srv/made2; mkdir -p /srv/once /srv/made2; echo v1 >/srv/made2/mark; tar -C /srv/made2 -cf /srv/once.tar mark',
    present: {
      src: '/srv/once.tar',
      dest: '/srv/once',
      remote_src: true,
      creates: '/srv/once/mark',
    },
    changedByHand: 'rm /srv/once/mark',
    verify: 'grep -qx v1 /srv/once/mark',
    userland,
  },
];
