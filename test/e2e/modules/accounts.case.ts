import type { ModuleCase } from './case.ts';

const userland = ['debian'] as const;
const key =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYmBhVXCmSOpvxGiC8vLw0PbpUWBlVBdEdcbmKTTHKA someone@example';

/** user, group, authorized_key, hostname, cron, sysctl. */
export const cases: ModuleCase[] = [
  {
    name: 'with an id',
    module: 'group',
    present: { name: 'builders', gid: 4001 },
    changedByHand: 'groupmod -g 4099 builders',
    verify: 'getent group builders | grep -q :4001:',
    userland,
  },
  {
    name: 'nobody of that name',
    module: 'group',
    absent: 'groupadd leavers',
    present: { name: 'leavers', state: 'absent' },
    changedByHand: 'groupadd leavers',
    verify: '! getent group leavers',
    userland,
  },
  {
    name: 'with home, groups and shell',
    module: 'user',
    absent: 'groupadd -f crew',
    present: {
      name: 'builder',
      comment: 'The builder',
      shell: '/bin/sh',
      groups: ['crew', 'adm'],
      append: true,
      home: '/srv/builder',
      create_home: true,
    },
    changedByHand: 'usermod -s /bin/bash -G "" builder',
    verify:
      'id -nG builder | grep -q adm && [ -d /srv/builder ] && getent passwd builder | grep -q ":The builder:/srv/builder:/bin/sh$"',
    userland,
  },
  {
    name: 'a locked system user',
    module: 'user',
    present: {
      name: 'machine',
      system: true,
      create_home: false,
      password: '!',
      shell: '/usr/sbin/nologin',
    },
    changedByHand: 'usermod -p x machine',
    verify: '[ "$(getent shadow machine | cut -d: -f2)" = "!" ]',
    userland,
  },
  {
    name: 'gone with its home',
    module: 'user',
    absent: 'useradd -m gone',
    present: { name: 'gone', state: 'absent', remove: true },
    changedByHand: 'useradd -m gone',
    verify: '! getent passwd gone && [ ! -e /home/gone ]',
    userland,
  },
  {
    name: 'a key in a new file',
    module: 'authorized_key',
    absent: 'id keyed >/dev/null 2>&1 || useradd -m keyed',
    present: { user: 'keyed', key, key_options: 'no-pty' },
    changedByHand: 'echo >/home/keyed/.ssh/authorized_keys',
    verify:
      '[ "$(stat -c %a:%U /home/keyed/.ssh /home/keyed/.ssh/authorized_keys | tr "\\n" " ")" = "700:keyed 600:keyed " ]',
    userland,
  },
  {
    name: 'the name of the host',
    module: 'hostname',
    present: { name: 'renamed' },
    changedByHand: 'hostnamectl set-hostname drifted',
    verify: '[ "$(cat /etc/hostname)" = renamed ] && [ "$(hostname)" = renamed ]',
    userland,
  },
  {
    name: "a line of root's table",
    module: 'cron',
    present: {
      name: 'nightly job',
      minute: '15',
      hour: '3',
      job: 'run-parts "/srv/it is nightly" >/dev/null',
    },
    changedByHand: "crontab -l | sed 's/^15 3/16 4/' | crontab -",
    verify: 'crontab -l | grep -qx \'15 3 \\* \\* \\* run-parts "/srv/it is nightly" >/dev/null\'',
    userland,
  },
  {
    name: 'a variable of another table',
    module: 'cron',
    present: {
      name: 'MAILTO',
      env: true,
      job: 'ops@example.com',
      user: 'root',
      cron_file: 'rolecall_case',
    },
    changedByHand: "sed -i 's/ops@/none@/' /etc/cron.d/rolecall_case",
    verify: 'grep -q "^MAILTO=.*ops@example.com" /etc/cron.d/rolecall_case',
    userland,
  },
  {
    name: 'a kernel value in a file',
    module: 'sysctl',
    present: {
      name: 'net.ipv4.ip_default_ttl',
      value: '63',
      sysctl_file: '/etc/sysctl.d/90-case.conf',
      sysctl_set: true,
      state: 'present',
      reload: true,
    },
    changedByHand: 'echo net.ipv4.ip_default_ttl=65 >/etc/sysctl.d/90-case.conf',
    verify: '[ "$(cat /proc/sys/net/ipv4/ip_default_ttl)" = 63 ]',
    userland,
  },
];
