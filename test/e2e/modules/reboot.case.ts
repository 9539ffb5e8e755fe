import type { ModuleCase } from './case.ts';

const userland = ['debian'] as const;

export const cases: ModuleCase[] = [
  {
    name: 'and back',
    module: 'reboot',
    kind: 'action',
    present: { reboot_timeout: 60 },
    gives: { rebooted: true },
    userland,
  },
  {
    name: 'is up',
    module: 'wait_for_connection',
    kind: 'query',
    present: { timeout: 30 },
    userland,
  },
];
