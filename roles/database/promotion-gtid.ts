import type { Engine } from './params.ts';

/** Transactions by who first committed them: both ends of each interval included, sorted, apart from each other. */
export type GtidSet = ReadonlyMap<string, readonly Interval[]>;
type Interval = readonly [first: number, last: number];

/**
 * Reads what a server says about its transactions. MySQL lists them (`uuid:1-5:7,uuid:tag:1`);
 * MariaDB gives the last one of each domain (`0-1-27`), which stands for all before it.
 *
 * @example missing(gtidSet('mysql', 'a:1-9'), gtidSet('mysql', 'a:1-5')) // what the second lacks: a:6-9
 */
export function gtidSet(engine: Engine, text: string): GtidSet {
  const found = new Map<string, Interval[]>();
  for (const item of text.replaceAll(/\s/g, '').split(',')) {
    if (item === '') continue;
    for (const [origin, interval] of engine === 'mysql' ? listed(item) : upTo(item)) {
      found.set(origin, [...(found.get(origin) ?? []), interval]);
    }
  }
  return new Map([...found].map(([origin, intervals]) => [origin, joined(intervals)]));
}

export function union(one: GtidSet, other: GtidSet): GtidSet {
  const all = new Map(one);
  for (const [origin, intervals] of other) {
    all.set(origin, joined([...(all.get(origin) ?? []), ...intervals]));
  }
  return all;
}

/** What `owner` has and `other` has not. */
export function missing(owner: GtidSet, other: GtidSet): GtidSet {
  const rest = new Map<string, Interval[]>();
  for (const [origin, intervals] of owner) {
    const left = intervals.flatMap((interval) => without(interval, other.get(origin) ?? []));
    if (left.length > 0) rest.set(origin, left);
  }
  return rest;
}

/** Number of transactions. */
export function size(set: GtidSet): number {
  let count = 0;
  for (const [first, last] of [...set.values()].flat()) count += last - first + 1;
  return count;
}

/** `1 transaction`, `7 transactions`. */
export function transactions(set: GtidSet): string {
  const count = size(set);
  return count === 1 ? '1 transaction' : `${count} transactions`;
}

/** As MySQL writes it; origins sorted. */
export function gtidText(set: GtidSet): string {
  return [...set]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([origin, intervals]) => [origin, ...intervals.map(intervalText)].join(':'))
    .join(',');
}

/** `uuid:1-5:7:tag:1-3`: intervals without a tag first, then those of tags. */
function* listed(item: string): Generator<[string, Interval]> {
  const [uuid = '', ...parts] = item.toLowerCase().split(':');
  let origin = uuid;
  for (const part of parts) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!match) origin = `${uuid}:${part}`;
    else yield [origin, [Number(match[1]), Number(match[2] ?? match[1])]];
  }
}

function* upTo(item: string): Generator<[string, Interval]> {
  const [domain = '', , sequence] = item.split('-');
  yield [domain, [1, Number(sequence)]];
}

function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const [first, last] of intervals.toSorted((one, other) => one[0] - other[0])) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) {
      result[result.length - 1] = [before[0], Math.max(before[1], last)];
    } else result.push([first, last]);
  }
  return result;
}

function without([first, last]: Interval, holes: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let from = first;
  for (const [start, end] of holes) {
    if (end < from || start > last) continue;
    if (start > from) left.push([from, start - 1]);
    from = end + 1;
  }
  if (from <= last) left.push([from, last]);
  return left;
}

function intervalText([first, last]: Interval): string {
  return first === last ? String(first) : `${first}-${last}`;
}
