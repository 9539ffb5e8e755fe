import { isIPv6 } from 'node:net';
import { block, directive } from './nginx-text.ts';
import type { Upstream } from './params.ts';
import type { Server } from './servers.ts';

const algorithms: { readonly [Name in Upstream['algorithm']]: readonly string[] } = {
  roundrobin: [],
  leastconn: ['least_conn;'],
  source: ['hash $remote_addr consistent;'],
};

/** `upstream NAME { … }`: failures are counted by all workers together (`zone`). */
export function upstreamBlock(upstream: Upstream, servers: readonly Server[]): string[] {
  return block(`upstream ${upstream.name}`, [
    directive('zone', upstream.name, '64k'),
    ...algorithms[upstream.algorithm],
    ...servers.map((server) => serverLine(upstream, server)),
    ...(upstream.keepalive > 0
      ? [
          directive('keepalive', upstream.keepalive),
          directive('keepalive_timeout', upstream.keepaliveTimeout),
        ]
      : []),
  ]);
}

function serverLine({ maxFails, failTimeout }: Upstream, server: Server): string {
  const address = isIPv6(server.address) ? `[${server.address}]` : server.address;
  return directive(
    'server',
    `${address}:${server.port}`,
    ...(server.weight === 1 ? [] : [`weight=${server.weight}`]),
    `max_fails=${maxFails}`,
    `fail_timeout=${failTimeout}`,
    ...(server.backup ? ['backup'] : []),
    // last, where playbooks that take hosts out for a while put it as well
    ...(server.isDown ? ['down'] : []),
  );
}
