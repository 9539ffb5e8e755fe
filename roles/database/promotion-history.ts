import type { Engine } from './params.ts';
import { type GtidSet, gtidSet, missing } from './promotion-gtid.ts';
import type { MemberState } from './promotion-state.ts';

/** What one server has and another has not. */
export interface Surplus {
  readonly set: GtidSet;
  /** MariaDB: domains in which the other one has heard of none of the servers that wrote here. */
  readonly untold: readonly string[];
}

/**
 * Compares the histories of two servers. MySQL lists every transaction. MariaDB knows the last one of
 * each server in each domain; sequence numbers grow within a domain whoever writes, so the histories
 * are the same up to the last transaction of a server that both know, and part after it.
 *
 * @example surplus('mariadb', { history: '0-1-105' }, { history: '0-1-100,0-2-107' }) // 0-1:101-105
 */
export function surplus(
  engine: Engine,
  own: Pick<MemberState, 'executed' | 'history'>,
  of: Pick<MemberState, 'executed' | 'history'>,
): Surplus {
  if (engine === 'mysql') {
    return {
      set: missing(gtidSet(engine, own.executed), gtidSet(engine, of.executed)),
      untold: [],
    };
  }
  const [mine, theirs] = [lastByServer(own.history), lastByServer(of.history)];
  const set = new Map<string, [number, number][]>();
  const untold: string[] = [];
  for (const [domain, last] of mine) {
    const known = theirs.get(domain) ?? new Map<string, number>();
    const common = [...last].map(([server, number]) => Math.min(number, known.get(server) ?? 0));
    const shared = Math.max(...common);
    const beyond = [...last].filter(([, number]) => number > shared);
    for (const [server, number] of beyond) set.set(`${domain}-${server}`, [[shared + 1, number]]);
    if (shared === 0 && known.size > 0) untold.push(domain);
  }
  return { set, untold };
}

/** `0-1-105,0-2-107`: the last sequence number by domain, then by server. */
function lastByServer(text: string): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const [, domain = '', server = '', sequence] of text.matchAll(/(\d+)-(\d+)-(\d+)/g)) {
    const last = found.get(domain) ?? new Map<string, number>();
    found.set(domain, last.set(server, Math.max(Number(sequence), last.get(server) ?? 0)));
  }
  return found;
}
