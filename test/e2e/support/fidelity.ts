import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Plan, PlanStep } from '../../../src/plan/plan.ts';
import type { Infrastructure } from './infrastructure.ts';
import { type Ended, folderOf, type RecordedEvent, startCommand } from './rolecall.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How a plan compares with what its apply did. A step is a task, or an item of its loop, on a host. */
export interface Fidelity {
  readonly hosts: number;
  /** Looked at, whatever came of them. */
  readonly steps: number;
  readonly predicted: number;
  readonly applied: number;
  /** Of which the plan says that only apply can tell. */
  readonly unknown: readonly string[];
  /** Of the unknown ones. */
  readonly unknownChanged: number;
  /** Predicted, and not changed by apply. */
  readonly missing: readonly string[];
  /** Changed by apply, neither predicted nor unknown. */
  readonly surprising: readonly string[];
}

export interface Planned {
  readonly ended: Ended;
  readonly plan: Plan;
  readonly file: string;
}

/** `rolecall plan` of site.yml. */
export async function planSite(site: Infrastructure): Promise<Planned> {
  const file = join(folderOf(), 'site.plan.json');
  const words = ['-i', site.folder, join(root, 'playbooks/site.yml'), ...site.words, '-o', file];
  const ended = await startCommand('plan', words, { cwd: root, env: key }).ended;
  expect(ended.status, ended.stdout + ended.stderr).toBe(0);
  return { ended, file, plan: JSON.parse(readFileSync(file, 'utf8')) as Plan };
}

/** `rolecall apply` of the plan. */
export async function applySite(site: Infrastructure, { file }: Planned): Promise<Ended> {
  const applied = await startCommand('apply', [file, ...site.words], {
    ...{ cwd: root, env: key },
  }).ended;
  expect(applied.status, applied.stdout + applied.stderr).toBe(0);
  return applied;
}

const key = { ROLECALL_PLAN_KEY: 'a key for these tests only' };

export function fidelityOf({ plan, ended }: Planned, applied: Ended): Fidelity {
  const predicted = plan.steps.flatMap((step) => stepsWith(step, 'changed'));
  const unknown = plan.steps.flatMap((step) => stepsWith(step, 'unknown'));
  const uncertain = new Set(unknown);
  const uncertainHosts = new Set(
    plan.steps.filter(({ status }) => status === 'unknown').map(({ host }) => host),
  );
  const left = countsOf(predicted);
  const surprising: string[] = [];
  let unknownChanged = 0;
  const changes = changesOf(applied.events);
  for (const { whole, name, event } of changes) {
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    else if (uncertain.has(name) || uncertain.has(whole)) unknownChanged++;
    else if (!event.handler || !uncertainHosts.has(event.host!)) surprising.push(name);
  }
  return {
    hosts: Object.keys(plan.hosts).length,
    steps: finished(ended.events).length,
    predicted: predicted.length,
    applied: changes.length,
    unknown,
    unknownChanged,
    missing: [...left].flatMap(([name, count]) => Array<string>(count).fill(name)),
    surprising,
  };
}

function stepsWith(step: PlanStep, status: PlanStep['status']): string[] {
  const whole = nameOf(step);
  const items = step.items?.filter((one) => one.status === status) ?? [];
  if (items.length > 0) return items.map(({ item }) => `${whole} [${item}]`);
  return step.status === status ? [whole] : [];
}

/** Each change of a run: items of loops instead of the loop. */
function changesOf(events: readonly RecordedEvent[]) {
  return finished(events).filter(({ event }) => event.outcome!.status === 'changed');
}

/** What came to an end, on its own or as an item of a loop. */
function finished(events: readonly RecordedEvent[]) {
  const ofItems = events.filter(({ event }) => event === 'host-task-item');
  const loops = new Set(ofItems.map(nameOf));
  return events.flatMap((event) => {
    const whole = nameOf(event);
    if (event.event === 'host-task-item')
      return [{ event, whole, name: `${whole} [${event.outcome!.item}]` }];
    if (event.event !== 'host-task-finished' || loops.has(whole)) return [];
    return [{ event, whole, name: whole }];
  });
}

function nameOf({
  play,
  id = '',
  host,
  task,
}: Pick<RecordedEvent, 'play' | 'id' | 'host' | 'task'>) {
  const place = id.startsWith(root) ? id.slice(root.length) : id;
  return `${host}: ${task} (${place}, play ${play})`;
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
