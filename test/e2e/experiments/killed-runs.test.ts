import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { OpenIntent } from '../../../src/history/read.ts';
import { type TestLab, useLab } from '../support/lab.ts';
import { print } from '../support/stand-up.ts';
import { Controller } from './killed-runs/controller.ts';
import { type Phase, phaseOf, phases } from './killed-runs/phase.ts';
import { randomFrom } from './killed-runs/random.ts';

const kills = Number(process.env.ROLECALL_KILLS ?? 100);
const seed = Number(process.env.ROLECALL_KILLS_SEED ?? Date.now() % 1_000_000);
const folder = fileURLToPath(new URL('killed-runs', import.meta.url));
const scriptIn = (name: string) => readFileSync(join(folder, name), 'utf8');
const [reset, state] = [scriptIn('reset.sh'), scriptIn('state.sh')];
/** What makes the run do what may be done once only; a plain run would do it again. */
const once = ['-e', 'once=yes'];

let lab: TestLab;
beforeAll(async () => {
  const web = ['web1', 'web2'].map((name) => ({ name, groups: ['web'] }));
  lab = await useLab('killed-runs', web);
});

const onEach = (script: string) => Promise.all(lab.hosts.map(({ name }) => lab.sh(name, script)));

test(
  `${kills} runs killed at random moments: the record is readable, nothing is done twice, the next run converges`,
  async () => {
    print('kills', `${kills}, ROLECALL_KILLS_SEED=${seed}`);
    const random = randomFrom(seed);
    const controller = new Controller(folder, lab.inventoryFile);
    await wholeRun(controller, []); // the first one starts slower than those that follow
    const whole = [await wholeRun(controller, []), await wholeRun(controller, once)];
    const tally = new Map<Phase, number>();
    const troubles: string[] = [];
    for (let round = 1; round <= kills; round++) {
      const resumes = round % 2;
      const { durationMs, states } = whole[resumes]!;
      const afterMs = random() * durationMs;
      const work = resumes ? killAndResume : killAndRun;
      const phase = await work(controller, afterMs, states).catch((error: Error) => {
        troubles.push(`${round}, ${work.name} after ${afterMs.toFixed(0)} ms: ${error.message}`);
        print('kills', troubles.at(-1)!);
      });
      if (phase) {
        tally.set(phase, (tally.get(phase) ?? 0) + 1);
        print('kills', `${round} ${phase}`);
      }
    }
    for (const phase of phases) print('kills', `${tally.get(phase) ?? 0} ${phase}`);
    print('kills', `the next run met a host that was still at work ${controller.waited} times`);
    expect(troubles).toEqual([]);
  },
  kills * 60_000 + 120_000,
);

/** What the hosts come to without a kill, and how long that takes. */
async function wholeRun(controller: Controller, words: readonly string[]) {
  await onEach(reset);
  const start = performance.now();
  const done = await controller.run(...words).ended;
  const durationMs = performance.now() - start;
  expect(done.status, done.stdout).toBe(0);
  return { durationMs, states: await onEach(state) };
}

async function killAndRun(controller: Controller, afterMs: number, states: readonly string[]) {
  const { phase, expectReadable } = await kill(controller, afterMs, []);
  const next = await controller.runToEnd();
  expect(next.status, next.stdout + next.stderr).toBe(0);
  await expectReadable();
  await expectConverged(controller, states);
  return phase;
}

async function killAndResume(controller: Controller, afterMs: number, states: readonly string[]) {
  const { phase, run, expectReadable } = await kill(controller, afterMs, once);
  const next =
    run === undefined
      ? await controller.runToEnd(...once)
      : await controller.resume(run, once, isDone);
  expect(next.status, next.stdout + next.stderr).toBe(0);
  await expectReadable();
  await expectConverged(controller, states);
  return phase;
}

async function kill(controller: Controller, afterMs: number, words: readonly string[]) {
  await onEach(reset);
  const before = controller.lastRun()?.id ?? 0;
  const running = controller.run(...words);
  await sleep(afterMs);
  running.child.kill('SIGKILL');
  const { events, status } = await running.ended;
  for (const words of await onEach('cat /srv/[abcd] | tr -s " " "\\n" | sort -u')) {
    expect(['old\n', 'new\n', 'new\nold\n']).toContain(words);
  }
  const last = controller.lastRun();
  const run = last && last.id > before ? last : undefined;
  const phase = phaseOf(events, run && controller.begunIn(run.id).length);
  const ended = phase === 'when it had ended' || status !== undefined;
  const expectReadable = async () => {
    if (run) await controller.expectReadable(run.id, ended ? '2 hosts' : 'did not end');
  };
  return { phase, run: run?.id, expectReadable };
}

/** Nothing is missing or there twice, nothing is left behind, and another run changes nothing. */
async function expectConverged(controller: Controller, states: readonly string[]) {
  expect(await onEach(state)).toEqual(states);
  const again = await controller.runToEnd();
  expect(again.status, again.stdout).toBe(0);
  expect(again.with('changed')).toEqual([]);
}

/** Whether a command has done its work: what guards itself may be begun again. */
async function isDone({ host, title }: OpenIntent): Promise<boolean> {
  if (title !== 'Once') return false;
  await lab.sh(host, whenQuiet);
  return (await lab.exec(host, ['grep', '-q', 'once', '/srv/log'])).status === 0;
}

/** A command goes on when its runner is gone, and the shell that holds the lock with it. */
const whenQuiet = `n=100
while read -r pid rest </run/lock/rolecall.lock && [ -d "/proc/$pid" ] && [ $((n -= 1)) -gt 0 ]
do sleep 0.1; done`;
