import type { Engine } from './params.ts';
import {
  type GtidSet,
  gtidSet,
  gtidText,
  missing,
  size,
  transactions,
  union,
} from './promotion-gtid.ts';
import type { MemberState } from './promotion-state.ts';

/** What is asked for, and what was seen. */
export interface PromotionRequest {
  readonly engine: Engine;
  readonly candidate: string;
  /** Who is primary according to the inventory. */
  readonly declared: string;
  /** Every member's address by its name. */
  readonly members: Readonly<Record<string, string>>;
  /** Undefined for a member that was not asked. */
  readonly states: Readonly<Record<string, MemberState | undefined>>;
  /** The operator says that the old primary is gone for good or switched off. */
  readonly oldPrimaryGone: boolean;
  /** Promote even where that loses transactions. */
  readonly force: boolean;
}

export interface PromotionPlan {
  readonly kind: 'plan';
  /** Members that must not take writes any more. */
  readonly fence: readonly string[];
  /** Of those the ones that still run: what they have is waited for. */
  readonly awaited: readonly string[];
  /** Members that follow the candidate from now on. */
  readonly follow: readonly string[];
  /** Number of the record. */
  readonly term: number;
  /** `db2=10.0.0.2,db3=10.0.0.3`: the members from now on. */
  readonly record: string;
  /** Transactions that only servers have which are passed over, for the report. */
  readonly lost: number;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly message: string;
  readonly hint: string;
}

/** Decides from what was seen who is fenced, who follows, and whether the candidate may be promoted at all. Pure. */
export function planPromotion(request: PromotionRequest): PromotionPlan | Refusal {
  const { candidate, members, states, declared, force, engine } = request;
  const own = states[candidate];
  if (!own?.running) {
    return refused(
      `${candidate}'s server does not answer`,
      'Start it, or promote another candidate.',
    );
  }
  if (own.provisioning) {
    return refused(
      `${candidate} is being given the data of another member: its own are not whole`,
      'Run the site to the end, or promote another candidate.',
    );
  }
  const others = Object.keys(members).filter((name) => name !== candidate);
  const roleOf = (name: string) => roleIn(name, request);
  const silent = others.filter((name) => roleOf(name) === 'silent');
  if (silent.length > 0 && !force) return refusedSilent(silent, request);
  const fence = others.filter((name) => roleOf(name) === 'primary');
  const follow = others.filter((name) => roleOf(name) === 'replica');
  const isPrimary = own.writable && own.recordedPrimary === candidate && own.source === '';
  const has = (name: string) => everything(engine, states[name]);
  const ahead = isPrimary
    ? []
    : follow.filter((name) => size(missing(has(name), has(candidate))) > 0);
  if (ahead.length > 0 && !force) {
    const best = ahead.toSorted((one, other) => size(has(other)) - size(has(one)))[0]!;
    const lacks = missing(has(best), has(candidate));
    return refused(
      `${candidate} lacks ${transactions(lacks)} that ${best} has: ${gtidText(lacks)}`,
      `Promote ${best} (-e candidate=${best}), or lose them with -e force=true.`,
    );
  }
  if (!isPrimary && own.source === '' && own.term === 0 && candidate !== declared) {
    return refused(
      `${candidate} has never been a replica: it replicates from nobody and has no record of a primary`,
      'Set it up as a replica first (run the site), or promote another candidate.',
    );
  }
  const terms = [own, ...others.map((name) => states[name])].map((state) => state?.term ?? 0);
  const lostSets = ahead.map((name) => missing(has(name), has(candidate)));
  return {
    kind: 'plan',
    fence,
    awaited: isPrimary ? [] : fence.filter((name) => states[name]?.running),
    follow,
    term: own.recordedPrimary === candidate ? own.term : Math.max(...terms) + 1,
    record: recordOf([candidate, ...follow], members),
    lost: size(lostSets.reduce(union, new Map())),
  };
}

/** `db2=10.0.0.2,db3=10.0.0.3`, the same whoever asks. */
export function recordOf(
  names: readonly string[],
  addresses: Readonly<Record<string, string>>,
): string {
  return [...new Set(names)]
    .sort()
    .map((name) => `${name}=${addresses[name]}`)
    .join(',');
}

/** What a candidate still lacks of what the closed old primaries have; empty when nothing. */
export function notYetReceived(
  engine: Engine,
  own: MemberState,
  closed: readonly MemberState[],
): GtidSet {
  const wanted = closed.map(({ executed }) => gtidSet(engine, executed)).reduce(union, new Map());
  return missing(wanted, everything(engine, own));
}

/** Executed and received. */
export function everything(engine: Engine, state: MemberState | undefined): GtidSet {
  if (!state) return new Map();
  return union(gtidSet(engine, state.executed), gtidSet(engine, state.received));
}

type Role = 'primary' | 'replica' | 'gone' | 'silent' | 'new';

/** What another member is, as far as the promotion is concerned. */
function roleIn(
  name: string,
  { states, candidate, declared, oldPrimaryGone }: PromotionRequest,
): Role {
  const state = states[name];
  const wasPrimary = name === declared || name === states[candidate]?.recordedPrimary;
  if (!state) return wasPrimary && oldPrimaryGone ? 'gone' : 'silent';
  if (!state.running) return wasPrimary || state.masked ? 'primary' : 'silent';
  if (state.source !== '') return 'replica';
  return wasPrimary || state.writable || state.term > 0 ? 'primary' : 'new';
}

function refusedSilent(silent: readonly string[], request: PromotionRequest): Refusal {
  const { states, candidate, declared } = request;
  const [name = ''] = silent;
  if (states[name]) {
    return refused(
      `${name}'s server does not run: it may have transactions that ${candidate} has not`,
      `Start it, or promote without it with -e force=true.`,
    );
  }
  const isOld = name === declared || name === states[candidate]?.recordedPrimary;
  return refused(
    `${name} cannot be asked${isOld ? ': it may still take writes' : `: it may have transactions that ${candidate} has not`}`,
    isOld
      ? 'Switch it off and say so with -e old_primary_gone=true.'
      : 'Bring it back, or promote without it with -e force=true.',
  );
}

function refused(message: string, hint: string): Refusal {
  return { kind: 'refused', message, hint };
}
