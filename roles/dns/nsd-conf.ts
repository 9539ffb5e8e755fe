import type { RoleContext } from 'rolecall';
import type { Params } from './params.ts';
import { addressOf } from './records.ts';

/** Where the file of the zone is. */
export function zonePath({ zone }: Params): string {
  return `/etc/nsd/zones/${zone}.zone`;
}

/** The role's own part of the configuration: `/etc/nsd/nsd.conf.d/rolecall.conf`. */
export function nsdConf(context: RoleContext<Params>): string {
  const { params } = context;
  const secondaries = params.secondaries.map((name) => addressOf(name, context));
  const lines = [
    '# Written by rolecall (role dns). Changes are overwritten.',
    'server:',
    ...params.listen.map((address) => `    ip-address: ${address}`),
    '    ip-freebind: yes',
    '    hide-version: yes',
    '    refuse-any: yes',
    '    round-robin: yes',
    '',
    'zone:',
    `    name: ${params.zone}`,
    `    zonefile: ${zonePath(params)}`,
    ...params.allowQuery.map((address) => `    allow-query: ${address} NOKEY`),
    ...secondaries.flatMap((address) => [
      `    provide-xfr: ${address} NOKEY`,
      `    notify: ${address} NOKEY`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
