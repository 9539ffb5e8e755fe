import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runSchedule } from '../../src/engine/schedule.ts';
import { needProblems, type PlayOrder, playOrder } from '../../src/playbook/needs.ts';
import type { Play } from '../../src/playbook/play.ts';

interface Given {
  readonly needs: readonly number[] | undefined;
  readonly hosts: ReadonlySet<string> | undefined;
  readonly goesOn: boolean;
}

const at = { file: 'site.yml', line: 1, column: 1 };
const nameOf = (play: number) => `play ${play}`;

function orderOf(given: readonly Given[]): PlayOrder | undefined {
  const plays = given.map(({ needs }, play) => ({
    name: nameOf(play),
    hosts: 'all',
    file: 'site.yml',
    at,
    needs: needs?.map((other) => ({ name: nameOf(other % given.length), at })),
  })) as unknown as Play[];
  return needProblems(plays).length > 0 ? undefined : playOrder(plays);
}

/** What happened: `[play, 'begins']` and `[play, 'ends']`, in order. */
type Log = (readonly [number, 'begins' | 'ends'])[];

async function logOf(
  given: readonly Given[],
  order: PlayOrder,
  scheduler: fc.Scheduler,
  oneAtATime = false,
): Promise<Log> {
  const log: Log = [];
  const ended = runSchedule({
    ...order,
    oneAtATime,
    mayBegin: () => true,
    hosts: (play, ready) => given[play]!.hosts ?? (ready ? new Set(['late']) : undefined),
    run: async (play) => {
      log.push([play, 'begins']);
      await scheduler.schedule(Promise.resolve(), nameOf(play));
      log.push([play, 'ends']);
      return given[play]!.goesOn;
    },
    left: () => {},
  });
  await scheduler.waitFor(ended);
  return log;
}

const position = fc.nat({ max: 6 });
const hosts = fc.subarray(['a', 'b', 'c', 'd']).map((names): ReadonlySet<string> => new Set(names));
const plays = (goesOn: fc.Arbitrary<boolean>) =>
  fc.array(
    fc.record({
      needs: fc.option(fc.array(position, { maxLength: 2 }), { nil: undefined }),
      hosts: fc.option(hosts, { nil: undefined, freq: 8 }),
      goesOn,
    }),
    { minLength: 1, maxLength: 7 },
  );
const late: ReadonlySet<string> = new Set(['late']);
const shares = (a: Given, b: Given) => !(a.hosts ?? late).isDisjointFrom(b.hosts ?? late);

describe('whatever plays need and whichever is through first', () => {
  test('each play runs once, behind what it waits for, alone on its hosts and in order on them', async () => {
    await fc.assert(
      fc.asyncProperty(plays(fc.constant(true)), fc.scheduler(), async (given, scheduler) => {
        const order = orderOf(given);
        fc.pre(order !== undefined);
        const log = await logOf(given, order, scheduler);
        const when = (play: number, what: 'begins' | 'ends') =>
          log.findIndex(([which, did]) => which === play && did === what);
        expect(log).toHaveLength(2 * given.length);
        for (const [play, waiting] of order.waitsFor.entries()) {
          for (const other of waiting)
            expect(when(other, 'ends')).toBeLessThan(when(play, 'begins'));
        }
        for (const [index, later] of order.order.entries()) {
          for (const earlier of order.order.slice(0, index)) {
            if (shares(given[earlier]!, given[later]!))
              expect(when(earlier, 'ends')).toBeLessThan(when(later, 'begins'));
          }
        }
      }),
    );
  });

  test('behind a play that fails none begins, and what ran ends', async () => {
    await fc.assert(
      fc.asyncProperty(plays(fc.boolean()), fc.scheduler(), async (given, scheduler) => {
        const order = orderOf(given);
        fc.pre(order !== undefined);
        const log = await logOf(given, order, scheduler);
        const broken = log.findIndex(([play, did]) => did === 'ends' && !given[play]!.goesOn);
        const begun = log.filter(([, did]) => did === 'begins').map(([play]) => play);
        const ended = log.filter(([, did]) => did === 'ends').map(([play]) => play);
        expect(ended.toSorted()).toEqual(begun.toSorted());
        if (broken < 0) expect(begun).toHaveLength(given.length);
        else expect(log.slice(broken).every(([, did]) => did === 'ends')).toBe(true);
      }),
    );
  });

  test('one at a time they run in their order', async () => {
    await fc.assert(
      fc.asyncProperty(plays(fc.constant(true)), fc.scheduler(), async (given, scheduler) => {
        const order = orderOf(given);
        fc.pre(order !== undefined);
        const log = await logOf(given, order, scheduler, true);
        expect(log).toEqual(
          order.order.flatMap((play) => [
            [play, 'begins'],
            [play, 'ends'],
          ]),
        );
      }),
    );
  });
});

test('without needs the order is that of the playbook', () => {
  const none = { needs: undefined, hosts: new Set(['a']), goesOn: true };
  expect(orderOf([none, none, none])!.order).toEqual([0, 1, 2]);
});

test('the first error is passed on when what ran has ended', async () => {
  const order = orderOf([
    { needs: [], hosts: undefined, goesOn: true },
    { needs: [], hosts: undefined, goesOn: true },
    { needs: undefined, hosts: undefined, goesOn: true },
  ])!;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const begun: number[] = [];
  const ended = runSchedule({
    ...order,
    oneAtATime: false,
    mayBegin: () => true,
    hosts: (play) => new Set([nameOf(play)]),
    run: async (play) => {
      begun.push(play);
      if (play === 0) throw new Error('the first');
      await promise;
      throw new Error('the second');
    },
    left: () => {},
  });
  resolve(true);
  await expect(ended).rejects.toThrow('the first');
  expect(begun).toEqual([0, 1]);
});
