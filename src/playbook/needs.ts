import { nearestName, type Problem } from '../errors.ts';
import { isTemplate, refuse, type Written } from './keyword-values.ts';
import { placeOfValue } from './places.ts';
import type { Need, Play } from './play.ts';

/** How the plays of a playbook wait for each other; each is meant by its position. */
export interface PlayOrder {
  /** As written, but each behind what it waits for. */
  readonly order: readonly number[];
  readonly waitsFor: readonly ReadonlySet<number>[];
}

/** `needs`: names of plays, none of them a template. Undefined without the keyword. */
export function readNeeds(entry: Written | undefined): Need[] | undefined {
  if (!entry) return undefined;
  const items = Array.isArray(entry.value) ? entry.value : [entry.value];
  return items.flatMap((item, index) => {
    const at = placeOfValue(entry.value, index, entry.at);
    if (typeof item === 'string' && item !== '' && !isTemplate(item)) return [{ name: item, at }];
    refuse({ ...entry, value: item, at }, 'the name of a play, or a list of them; [] for none');
    return [];
  });
}

/** Plays with `needs` wait for those that they name, others for all before them. */
export function playOrder(plays: readonly Play[]): PlayOrder {
  const waitsFor = waitingOf(plays);
  const order: number[] = [];
  const left = new Set(plays.keys());
  while (left.size > 0) {
    const next = [...left].find((play) => ![...waitsFor[play]!].some((other) => left.has(other)));
    if (next === undefined) throw new Error('plays wait for each other');
    left.delete(next);
    order.push(next);
  }
  return { order, waitsFor };
}

/** Needs that name no play or more than one, and plays that wait for each other. */
export function needProblems(plays: readonly Play[]): Problem[] {
  const names = plays.flatMap(({ name }) => name ?? []);
  const wrong = plays.flatMap((play) =>
    (play.needs ?? []).flatMap((need) => nameProblem(need, plays, names)),
  );
  return wrong.length > 0 ? wrong : circles(plays);
}

function nameProblem(
  { name, at }: Need,
  plays: readonly Play[],
  names: readonly string[],
): Problem[] {
  const named = plays.filter((play) => play.name === name);
  if (named.length === 1) return [];
  if (named.length === 0) {
    return [
      {
        code: 'unknown-play',
        message: `no play of this playbook is called '${name}'`,
        at,
        nearest: nearestName(name, names),
      },
    ];
  }
  const places = named.map((play) => `${play.file.split('/').at(-1)}:${play.at.line}`).join(', ');
  const message = `${named.length} plays are called '${name}': ${places}`;
  return [{ code: 'ambiguous-play', message, at }];
}

/** One problem for each circle: told, a need in it is left out of account to find the next. */
function circles(plays: readonly Play[]): Problem[] {
  const waitsFor = waitingOf(plays).map((waiting) => new Set(waiting));
  const problems: Problem[] = [];
  for (let found = circle(waitsFor); found; found = circle(waitsFor)) {
    const closed = [...found, found[0]!];
    const forward = found.findIndex((play, index) => closed[index + 1]! >= play);
    const from = plays[found[forward]!]!;
    const to = plays[closed[forward + 1]!]!;
    waitsFor[found[forward]!]!.delete(closed[forward + 1]!);
    problems.push({
      code: 'needs-cycle',
      message:
        found.length === 1
          ? `play ${titleOf(from)} needs itself`
          : `plays wait for each other: ${closed.map((play) => titleOf(plays[play]!)).join(' → ')}`,
      at: from.needs!.find(({ name }) => name === to.name)!.at,
      hint: hintFor(found.map((play) => plays[play]!)),
    });
  }
  return problems;
}

function hintFor(found: readonly Play[]): string | undefined {
  const without = found.find(({ needs }) => needs === undefined);
  return without && `${titleOf(without)} has no needs: it waits for all plays before it.`;
}

/** Plays of which each waits for the next, and the last for the first. */
function circle(waitsFor: readonly ReadonlySet<number>[]): number[] | undefined {
  const clear = new Set<number>();
  const search = (play: number, path: readonly number[]): number[] | undefined => {
    if (path.includes(play)) return path.slice(path.indexOf(play));
    if (clear.has(play)) return undefined;
    for (const other of waitsFor[play]!) {
      const found = search(other, [...path, play]);
      if (found) return found;
    }
    clear.add(play);
    return undefined;
  };
  for (const play of waitsFor.keys()) {
    const found = search(play, []);
    if (found) return found;
  }
  return undefined;
}

function waitingOf(plays: readonly Play[]): ReadonlySet<number>[] {
  const positions = new Map(plays.map(({ name }, position) => [name, position]));
  return plays.map(
    ({ needs }, position) =>
      new Set(
        needs
          ? needs.map(({ name }) => positions.get(name)!)
          : Array.from({ length: position }, (_, before) => before),
      ),
  );
}

function titleOf({ name, hosts }: Play): string {
  return `'${name ?? [hosts].flat().map(String).join(',')}'`;
}
