import { missingGtids } from './gtid.ts';
import type { Engine } from './params.ts';
import { isVirgin, type MemberState, type ServerState } from './server-state.ts';

/** What the inventory says, and what each member said that was asked. */
export interface Fleet {
  readonly engine: Engine;
  readonly primary: string;
  /** All members, with their addresses. */
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly states: Readonly<Record<string, MemberState | undefined>>;
}

/** Why the declared topology must not be imposed on the real one. */
export interface Conflict {
  readonly message: string;
  readonly hint: string;
}

/**
 * Compares who is declared to take writes with who does. The inventory alone never decides: after a
 * promotion it may be old, and following it would lose what was written since.
 */
export function topologyConflict(fleet: Fleet): Conflict | undefined {
  const servers = running(fleet);
  const primary = servers.get(fleet.primary);
  return (
    sameIdentity(fleet, servers) ??
    primaryFollows(fleet, primary) ??
    replicaWrites(fleet, servers) ??
    followsAnother(fleet, servers) ??
    primaryBehind(fleet, servers)
  );
}

function running({ members, states }: Fleet): Map<string, ServerState> {
  return new Map(
    members.flatMap(({ name }): [string, ServerState][] => {
      const server = states[name]?.server;
      return server ? [[name, server]] : [];
    }),
  );
}

/** Copied machines: MySQL servers with one uuid cannot replicate from each other. */
function sameIdentity(
  { engine }: Fleet,
  servers: ReadonlyMap<string, ServerState>,
): Conflict | undefined {
  if (engine === 'mariadb') return undefined;
  const names = Map.groupBy(servers.keys(), (name) => servers.get(name)!.id);
  const twins = [...names.values()].find((group) => group.length > 1);
  if (!twins) return undefined;
  return {
    message: `${twins.join(' and ')} have the same server_uuid: they were copied from one machine`,
    hint: 'Remove /var/lib/mysql/auto.cnf on all but one of them and restart mysql there.',
  };
}

function primaryFollows(fleet: Fleet, server: ServerState | undefined): Conflict | undefined {
  if (!server?.source) return undefined;
  const real = nameOf(fleet, server.source.address);
  return {
    message: `the inventory says that ${fleet.primary} is the primary, but it is a replica of ${real}`,
    hint: correct(fleet, real),
  };
}

/**
 * A server that was just installed takes writes until it is configured. One that replicates from the
 * declared primary, which takes writes, was not promoted: it has only been opened.
 */
function replicaWrites(
  fleet: Fleet,
  servers: ReadonlyMap<string, ServerState>,
): Conflict | undefined {
  const primary = servers.get(fleet.primary);
  for (const [name, server] of servers) {
    if (name === fleet.primary || !server.writable || isVirgin(server)) continue;
    if (primary?.writable && replicatesFrom(primary, server)) continue;
    const data = server.schemas.length > 0 ? ` (databases: ${server.schemas.join(', ')})` : '';
    return {
      message: `the inventory says that ${fleet.primary} is the primary, but ${name} takes writes${data}`,
      hint: correct(fleet, name),
    };
  }
  return undefined;
}

function replicatesFrom(primary: ServerState, { source }: ServerState): boolean {
  return source?.id === primary.id && source.io === 'Yes' && source.sql === 'Yes';
}

function followsAnother(
  fleet: Fleet,
  servers: ReadonlyMap<string, ServerState>,
): Conflict | undefined {
  const address = fleet.members.find(({ name }) => name === fleet.primary)?.address;
  const primary = servers.get(fleet.primary);
  for (const [name, { source }] of servers) {
    if (!source || name === fleet.primary || source.address === address) continue;
    // The same server under another address, or the name it was given once.
    if (primary && source.id !== '' && source.id !== '0' && source.id === primary.id) continue;
    const real = nameOf(fleet, source.address);
    return {
      message: `the inventory says that ${fleet.primary} is the primary, but ${name} follows ${real}`,
      hint: correct(fleet, real),
    };
  }
  return undefined;
}

/** A primary that takes no writes yet must not be opened while others have what it lacks. */
function primaryBehind(
  fleet: Fleet,
  servers: ReadonlyMap<string, ServerState>,
): Conflict | undefined {
  const { engine, primary: name, states } = fleet;
  const primary = servers.get(name);
  const isNew = states[name]?.state === 'absent';
  // One that takes writes is ahead of what its replicas said a moment later.
  if (!isNew && (!primary || (primary.writable && !isVirgin(primary)))) return undefined;
  for (const [other, server] of servers) {
    if (other === name || isVirgin(server)) continue;
    const missing = missingGtids(engine, server.gtid, primary?.known ?? '');
    if (missing === '') continue;
    return {
      message:
        isNew || (primary && isVirgin(primary))
          ? `${name} is to be the primary and is empty, but ${other} has data (databases: ${server.schemas.join(', ') || 'none'})`
          : `${name} is to be the primary, but ${other} has transactions that it lacks: ${missing}`,
      hint: `Promote ${other}: rolecall run playbooks/promote.yml -e candidate=${other}`,
    };
  }
  return undefined;
}

function nameOf({ members }: Fleet, address: string): string {
  return members.find((member) => member.address === address)?.name ?? address;
}

function correct({ primary, members }: Fleet, real: string): string {
  return members.some(({ name }) => name === real)
    ? `If ${real} was promoted, set database_primary: ${real}. To make ${primary} the primary, promote it: rolecall run playbooks/promote.yml -e candidate=${primary}`
    : `${real} is no member of this fleet. Stop replication there (RESET REPLICA ALL) if that is over.`;
}
