import type { ModuleCase } from './case.ts';

export const cases: ModuleCase[] = [
  {
    name: 'a branch of a repository on the host',
    module: 'git',
    absent:
      'git init -q -b main /srv/origin && cd /srv/origin && git config user.email a@b && git config user.name a && echo 1 >one && git add one && git commit -qm one',
    present: { repo: '/srv/origin', dest: '/srv/checkout', version: 'main' },
    changedByHand: 'cd /srv/origin && echo 2 >one && git commit -qam two',
    verify: 'cmp /srv/origin/one /srv/checkout/one',
    needs: ['git'],
    userland: ['debian'],
  },
];
