import type { ModuleCase } from './case.ts';

const userland = ['debian', 'busybox'] as const;

export const cases: ModuleCase[] = [
  {
    name: 'content',
    module: 'copy',
    absent: 'rm -f /srv/motd',
    present: {
      dest: '/srv/motd',
      content: 'Grüße, $HOME `id` \\n\nno newline at the end',
      mode: '0640',
    },
    changedByHand: 'echo other >/srv/motd',
    verify: '[ "$(stat -c %a:%s /srv/motd)" = 640:44 ]',
    userland,
  },
  {
    name: 'a binary file of the controller',
    module: 'copy',
    onController: 'head -c 200000 /dev/urandom >files/random.bin',
    absent: 'rm -rf /srv/random; mkdir /srv/random',
    present: { src: 'random.bin', dest: '/srv/random/', owner: 'daemon', mode: '0444' },
    changedByHand: 'printf x >>/srv/random/random.bin',
    verify: '[ "$(stat -c %a:%U:%s /srv/random/random.bin)" = 444:daemon:200000 ]',
    userland,
  },
  {
    name: 'a folder',
    module: 'copy',
    onController:
      "mkdir -p files/site/img; echo page >files/site/index.html; echo pic >'files/site/img/a b.txt'",
    absent: 'rm -rf /srv/copied; mkdir /srv/copied',
    present: { src: 'site', dest: '/srv/copied/', mode: '0644', directory_mode: '0755' },
    changedByHand: "echo changed >'/srv/copied/site/img/a b.txt'; rm /srv/copied/site/index.html",
    verify:
      '[ "$(cat /srv/copied/site/index.html \'/srv/copied/site/img/a b.txt\')" = "page\npic" ]',
    userland,
  },
  {
    name: 'a file of the host',
    module: 'copy',
    absent: 'echo from the host >/srv/remote-source; rm -f /srv/remote-copy',
    present: {
      src: '/srv/remote-source',
      dest: '/srv/remote-copy',
      remote_src: true,
      mode: '0600',
    },
    changedByHand: 'echo drift >/srv/remote-copy',
    verify: 'cmp /srv/remote-source /srv/remote-copy',
    userland,
  },
  {
    name: 'with a backup and a check',
    module: 'copy',
    absent: 'rm -f /srv/sudoers*; echo old >/srv/sudoers',
    present: {
      dest: '/srv/sudoers',
      content: 'valid\n',
      validate: 'grep -q valid %s',
      backup: true,
    },
    changedByHand: 'echo drift >/srv/sudoers',
    verify: 'grep -qx valid /srv/sudoers && grep -qx old /srv/sudoers.*~',
    userland,
  },
];
