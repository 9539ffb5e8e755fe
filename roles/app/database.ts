import type { Edge, Fleet, RoleHost } from 'rolecall';
import type { AppParams } from './parameters.ts';

/** The hosts that answer reads, by name. */
export function replicasOf({ database }: AppParams, fleet: Fleet): string[] {
  if (!database) return [];
  if (database.replicas) return [...database.replicas];
  return fleet
    .members('database')
    .map(({ host }) => host.name)
    .filter((name) => name !== database.primary);
}

/** What the service is told of the database, without the password. */
export function databaseEnvironment(params: AppParams, fleet: Fleet): Record<string, string> {
  const { database } = params;
  if (!database) return {};
  const readers = replicasOf(params, fleet).map(
    (name) => `${addressOf(name, fleet.hosts)}:${database.port}`,
  );
  return {
    DB_WRITE_HOST: addressOf(database.primary, fleet.hosts),
    DB_WRITE_PORT: String(database.port),
    DB_READ_HOSTS: readers.join(','),
    DB_NAME: database.name,
    DB_USER: database.user,
  };
}

/** Writes need the primary; reads any replica, and the primary where none answers. */
export function databaseEdges(params: AppParams, fleet: Fleet): Edge[] {
  const { database } = params;
  if (!database) return [];
  const edge = { role: 'database', port: database.port, protocol: 'tcp' } as const;
  const primary = { ...edge, to: database.primary, path: ['database', 'primary'] };
  const replicas = replicasOf(params, fleet);
  return [
    { ...primary, purpose: 'writes', need: 'writes' },
    ...replicas.map(
      (to, index): Edge => ({
        ...{ ...edge, to, purpose: 'reads', need: 'reads' },
        path: database.replicas ? ['database', 'replicas', index] : ['database', 'primary'],
      }),
    ),
    { ...primary, purpose: 'reads', need: 'reads', ...(replicas.length > 0 && { standby: true }) },
  ];
}

function addressOf(name: string, hosts: readonly RoleHost[]): string {
  const address = hosts.find((host) => host.name === name)?.address ?? name;
  return address.includes(':') ? `[${address}]` : address;
}
