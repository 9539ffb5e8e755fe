import type { ModuleCase } from './case.ts';

const userland = ['debian'] as const;

/** mount, modprobe. */
export const cases: ModuleCase[] = [
  {
    name: 'mounted and in fstab',
    module: 'mount',
    absent: 'mkdir -p /srv/mounted',
    present: {
      path: '/srv/mounted',
      src: 'tmpfs',
      fstype: 'tmpfs',
      opts: 'size=1m,mode=0750',
      state: 'mounted',
    },
    changedByHand: 'umount /srv/mounted',
    verify: 'mountpoint -q /srv/mounted && grep -q "/srv/mounted tmpfs" /etc/fstab',
    userland,
  },
  {
    name: 'no longer loaded at boot',
    module: 'modprobe',
    absent:
      'mkdir -p /etc/modules-load.d; echo rolecall_none >/etc/modules-load.d/rolecall_none.conf',
    present: { name: 'rolecall_none', state: 'absent', persistent: 'absent' },
    changedByHand: 'echo rolecall_none >/etc/modules-load.d/rolecall_none.conf',
    verify: '! grep -q "^rolecall_none" /etc/modules-load.d/rolecall_none.conf',
    userland,
  },
];
