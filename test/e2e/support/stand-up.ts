import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Infrastructure, marksOf } from './infrastructure.ts';
import type { Ended } from './rolecall.ts';
import { until } from './until.ts';

/**
 * Experiments 27 and 25: a dry run on virgin hosts alters nothing and predicts exactly what the run
 * then changes; the same run again changes nothing, and no process or file is another than before.
 */
export async function standUp(site: Infrastructure): Promise<void> {
  await site.reset();
  const names = site.hosts.map(({ name }) => name);
  const trees = () => Promise.all(names.map((name) => site.hashTree(name)));
  const before = await trees();
  const began = performance.now();
  const planned = await site.run('site.yml', '--check');
  const plannedSeconds = (performance.now() - began) / 1000;
  expect(planned.status, planned.stdout + planned.stderr).toBe(0);
  const after = await trees();
  expect(after.flatMap((tree, index) => site.differences(before[index]!, tree))).toEqual([]);
  expect(planned.with('unknown')).toEqual([]);

  const start = performance.now();
  const done = await site.run('site.yml');
  const seconds = (performance.now() - start) / 1000;
  expect(done.status, done.stdout + done.stderr).toBe(0);
  expect(done.with('changed')).toEqual(planned.with('changed'));
  print(
    '27',
    `${hostsOf(done)} hosts, ${planned.with('changed').length} changes predicted in ${plannedSeconds.toFixed(1)} s, exactly these made in ${seconds.toFixed(0)} s`,
  );
  await unchanged(site);
}

/** Those that had anything to do. */
function hostsOf({ events }: Ended): number {
  return new Set(events.flatMap(({ host }) => host ?? [])).size;
}

/** Experiment 25: a run that changes nothing at all. */
export async function unchanged(site: Infrastructure, ...words: string[]): Promise<void> {
  const marks = await marksOf(site);
  const start = performance.now();
  const again = await site.run('site.yml', ...words);
  expect(again.status, again.stdout + again.stderr).toBe(0);
  expect([...again.with('changed'), ...again.with('failed')]).toEqual([]);
  expect(await marksOf(site)).toEqual(marks);
  const tasks = Object.keys(again.tasks).length;
  print(
    '25',
    `0 of ${tasks} tasks changed anything in ${((performance.now() - start) / 1000).toFixed(1)} s; processes, start times and files as before`,
  );
}

/** Experiment 26: all hosts lose power at once and come back in random order, with nobody to help. */
export async function rebootAll(
  site: Infrastructure,
  works: () => Promise<boolean>,
): Promise<void> {
  const order = site.hosts.map(({ name }) => name).sort(() => Math.random() - 0.5);
  await Promise.all(order.map((host) => site.powerOff(host)));
  const start = performance.now();
  for (const host of order) {
    await site.boot(host);
    await sleep(Math.random() * 1000);
  }
  await until(works, 120);
  print(
    '26',
    `works ${((performance.now() - start) / 1000).toFixed(0)} s after the first of ${order.join(', ')} was powered on`,
  );
  await Promise.all(order.map((host) => site.sh(host, booted)));
  await unchanged(site);
}

/** The site works ahead of its last replica; a boot that is under way would look like a change. */
const booted = `systemctl is-system-running --wait
timeout 60 sh -c 'while systemctl is-active --quiet rolecall-boot-guard; do sleep 0.2; done'`;

/** A figure of an experiment, for whoever reads the log. */
export function print(experiment: string, text: string): void {
  process.stdout.write(`experiment ${experiment}: ${text}\n`);
}
