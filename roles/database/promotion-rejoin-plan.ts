import type { Engine } from './params.ts';
import { gtidText, size, transactions } from './promotion-gtid.ts';
import { surplus } from './promotion-history.ts';
import { recordOf } from './promotion-plan.ts';
import type { MemberState } from './promotion-state.ts';

export interface RejoinRequest {
  readonly engine: Engine;
  /** The server that is to come back as a replica. */
  readonly host: string;
  readonly members: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, MemberState | null | undefined>>;
  /** The operator agrees that what the server has is thrown away. */
  readonly reclone: boolean;
}

export type RejoinPlan =
  | {
      readonly kind: 'plan';
      readonly how: 'follows already' | 'attach' | 'reclone';
      /** Name and address of the real primary. */
      readonly primary: string;
      readonly source: string;
      readonly term: number;
      /** The members from now on, for the record. */
      readonly record: string;
    }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
  /** In a dry run only: it is fenced, and would be started. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Decides how an old primary comes back: nothing that it alone has may get into the others or vanish unsaid. Pure. */
export function planRejoin({ engine, host, members, states, reclone }: RejoinRequest): RejoinPlan {
  const writable = Object.keys(members).filter((name) => states[name]?.writable);
  const [primary = ''] = writable;
  if (writable.length !== 1) {
    return refused(
      writable.length === 0
        ? 'no member takes writes: there is nobody to follow'
        : `${writable.join(' and ')} both take writes`,
      writable.length === 0 ? 'Promote one first.' : 'Promote one of them, which fences the other.',
    );
  }
  if (primary === host) {
    return refused(`${host} is the primary`, 'Promote another member first.');
  }
  const own = states[host];
  const of = states[primary]!;
  const source = members[primary]!;
  const recorded = of.recordedMembers.split(',').map((item) => item.split('=')[0]!);
  const others = recorded.filter((name) => name in members);
  const plan = {
    ...({ kind: 'plan', primary, source, term: of.term } as const),
    record: recordOf([...others, host], members),
  };
  if (own?.fenced && !own.running) {
    return { kind: 'unknown', reason: `what ${host} has can be asked once its server runs` };
  }
  if (!own?.running) {
    return refused(`${host}'s server does not answer`, 'See journalctl there.');
  }
  if (own.source === source && !own.fenced) return { ...plan, how: 'follows already' };
  // An earlier run has thrown its data away and was interrupted.
  if (own.provisioning) return { ...plan, how: 'reclone' };
  const extra = surplus(engine, own, of);
  if (size(extra.set) === 0) return { ...plan, how: 'attach' };
  if (!reclone) {
    const text = gtidText(extra.set);
    return refused(
      extra.untold.length > 0
        ? `whether ${primary} has what ${host} has cannot be told: it has heard of no server that wrote ${text}`
        : `${host} has ${transactions(extra.set)} that ${primary} has not: ${text}`,
      `Look at them (${binlogReader[engine]} on ${host}), then throw its data away and copy ${primary}'s with -e reclone=true.`,
    );
  }
  return { ...plan, how: 'reclone' };
}

const binlogReader: Readonly<Record<Engine, string>> = {
  mysql: 'mysqlbinlog',
  mariadb: 'mariadb-binlog',
};

function refused(message: string, hint: string): RejoinPlan {
  return { kind: 'refused', message, hint };
}
