import { expect, test } from 'vitest';
import type { Phase } from '../../src/events.ts';
import { Meter } from '../../src/timings/meter.ts';
import { TestClock } from './support/clock.ts';

type Step =
  | { readonly enter: Phase }
  | { readonly leave: Phase }
  | { readonly wall: number; readonly cpu: number };

const enter = (phase: Phase): Step => ({ enter: phase });
const leave = (phase: Phase): Step => ({ leave: phase });
const pass = (wall: number, cpu = 0): Step => ({ wall, cpu });

const cases: readonly [
  name: string,
  steps: readonly Step[],
  times: Readonly<Record<string, [wall: number, cpu: number]>>,
][] = [
  ['what came before is the start', [], { start: [100, 90] }],
  ['nothing to do is other', [pass(50, 5)], { start: [100, 90], other: [50, 5] }],
  [
    'hosts that are waited for share the time',
    [enter('connect'), enter('connect'), enter('observe'), pass(30, 3)],
    { start: [100, 90], connect: [20, 2], observe: [10, 1] },
  ],
  [
    'work of this machine takes it all, what is done inside of it first',
    [
      ...[enter('observe'), enter('decide'), pass(10, 10), enter('report'), pass(4, 4)],
      ...[leave('report'), pass(6, 6), leave('decide'), pass(20)],
    ],
    { start: [100, 90], observe: [20, 0], decide: [16, 16], report: [4, 4] },
  ],
  [
    'work shorter than a reading of the CPU time has its own part of it',
    [...[enter('observe'), pass(9), enter('decide'), pass(0.5, 0.5), leave('decide')], pass(10, 1)],
    { start: [100, 90], observe: [19, 1], decide: [0.5, 0.5] },
  ],
  [
    'several threads may use more than the time',
    [enter('parse'), pass(10, 15), leave('parse')],
    { start: [100, 90], parse: [10, 15] },
  ],
];

test.each(cases)('%s', (_, steps, expected) => {
  const clock = new TestClock();
  clock.pass(100, 90);
  const meter = new Meter(clock);
  for (const step of steps) {
    if ('enter' in step) meter.enter(step.enter);
    else if ('leave' in step) meter.leave(step.leave);
    else clock.pass(step.wall, step.cpu);
  }
  const times = meter.times().filter(({ wallMs, cpuMs }) => wallMs > 0 || cpuMs > 0);
  expect(Object.fromEntries(times.map((one) => [one.phase, [one.wallMs, one.cpuMs]]))).toEqual(
    expected,
  );
});
