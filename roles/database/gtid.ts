import type { Engine } from './params.ts';

/**
 * What of one set of transactions is missing in another; empty when nothing is. MySQL: sets of
 * `uuid:1-5`; MariaDB: positions `domain-server-sequence`. `except` is the id of a server whose own
 * transactions do not count: nobody has them before it.
 *
 * @example missingGtids('mysql', 'u:1-7', 'u:1-5') // 'u:6-7'
 */
export function missingGtids(
  engine: Engine,
  of: string,
  within: string,
  { except }: { readonly except?: string } = {},
): string {
  return engine === 'mysql'
    ? missingInSet(of, within, except)
    : missingPositions(of, within, except);
}

type Interval = readonly [first: number, last: number];

function missingInSet(of: string, within: string, except: string | undefined): string {
  const [wanted, has] = [parseSet(of), parseSet(within)];
  const missing: string[] = [];
  for (const [source, intervals] of wanted) {
    if (source.split(':')[0] === except) continue;
    const left = intervals.flatMap((interval) => subtract(interval, has.get(source) ?? []));
    if (left.length === 0) continue;
    const text = left.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
    missing.push(`${source}:${text.join(':')}`);
  }
  return missing.join(',');
}

/** By uuid, with the tag where there is one. */
function parseSet(text: string): Map<string, Interval[]> {
  const set = new Map<string, Interval[]>();
  for (const part of text.replaceAll(/\s/g, '').split(',')) {
    const [uuid = '', ...rest] = part.split(':');
    let source = uuid;
    for (const item of rest) {
      const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(item) ?? [];
      if (first === undefined) {
        source = `${uuid}:${item}`;
        continue;
      }
      const intervals = set.get(source) ?? [];
      set.set(source, intervals);
      intervals.push([Number(first), Number(last ?? first)]);
    }
  }
  return set;
}

function subtract(interval: Interval, others: readonly Interval[]): Interval[] {
  let left: Interval[] = [interval];
  for (const [first, last] of others) {
    left = left.flatMap(([from, to]): Interval[] => {
      if (last < from || first > to) return [[from, to]];
      const before: Interval[] = from < first ? [[from, first - 1]] : [];
      const after: Interval[] = to > last ? [[last + 1, to]] : [];
      return [...before, ...after];
    });
  }
  return left;
}

/** Sequences count up within a domain; a position is reached when its server's is. */
function missingPositions(of: string, within: string, except: string | undefined): string {
  const has = new Map<string, number>();
  for (const [origin, sequence] of positions(within)) {
    has.set(origin, Math.max(sequence, has.get(origin) ?? 0));
  }
  return positions(of)
    .filter(([origin]) => origin.split('-')[1] !== except)
    .filter(([origin, sequence]) => (has.get(origin) ?? 0) < sequence)
    .map(([origin, sequence]) => `${origin}-${sequence}`)
    .join(',');
}

function positions(text: string): [origin: string, sequence: number][] {
  return text
    .split(',')
    .map((part) => /^\s*(\d+-\d+)-(\d+)\s*$/.exec(part))
    .filter((match) => match !== null)
    .map(([, origin = '', sequence]) => [origin, Number(sequence)]);
}
