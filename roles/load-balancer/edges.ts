import type { Edge, Endpoint, RoleContext } from 'rolecall';
import type { Backend, Params } from './params.ts';
import { type Server, serversOf, sourceOf } from './servers.ts';

/** Ports of the frontends, and the one for statistics. */
export function endpoints({ params }: RoleContext<Params>): Endpoint[] {
  return [
    ...params.frontends.map(({ name, port, mode, bind }) => ({
      ...{ name, port },
      protocol: 'tcp' as const,
      purpose: mode === 'http' ? 'web pages' : `connections to ${name}`,
      reach: reachOf(bind, mode),
    })),
    {
      name: 'stats',
      port: params.stats.port,
      protocol: 'tcp',
      purpose: 'statistics and metrics',
      reach: 'loopback',
    },
  ];
}

/** An edge to each server; those of a backend are alternatives, backups stand by. */
export function edges(context: RoleContext<Params>): Edge[] {
  return context.params.backends.flatMap((backend, index) =>
    serversOf(backend, context)
      .filter(({ name }) => !context.params.maintenance.includes(name))
      .map((server, serverIndex) => edge(server, { backend, index, serverIndex }, context)),
  );
}

interface Place {
  readonly backend: Backend;
  readonly index: number;
  readonly serverIndex: number;
}

function edge(server: Server, place: Place, context: RoleContext<Params>): Edge {
  const { backend, index, serverIndex } = place;
  const role = expectedRole(server, backend, context);
  const isList = Array.isArray(backend.servers);
  return {
    to: server.host?.name ?? server.address,
    ...(role !== undefined && { role }),
    port: server.port,
    protocol: 'tcp',
    purpose: `requests for ${backend.name}`,
    need: backend.name,
    ...(server.backup && { standby: true }),
    path: [
      ...['backends', index],
      ...(isList ? ['servers', serverIndex, 'port'] : backend.servers ? ['servers'] : []),
    ],
  };
}

/**
 * Who is expected to answer: the role that the servers are taken from, else the one that answers on this
 * port, else the one with the name of the group or backend; nobody in particular where there is none.
 */
function expectedRole(server: Server, backend: Backend, context: RoleContext<Params>) {
  if (!server.host) return undefined;
  const source = Array.isArray(backend.servers) ? {} : sourceOf(backend, context);
  if (source.role !== undefined) return source.role;
  const roles = context.fleet.rolesOf(server.host.name).filter((role) => role !== 'load-balancer');
  const answers = roles.find((role) =>
    context.fleet
      .published(server.host!.name, role)
      ?.some(({ port, protocol }) => port === server.port && protocol === 'tcp'),
  );
  return answers ?? roles.find((role) => role === source.group || role === backend.name);
}

function reachOf(bind: string, mode: 'http' | 'tcp'): Endpoint['reach'] {
  if (bind.startsWith('127.') || bind === '::1') return 'loopback';
  return mode === 'http' ? 'public' : 'fleet';
}
