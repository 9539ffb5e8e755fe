import type { PlanStep } from './plan.ts';
import type { Foreseen } from './recorder.ts';

/** Why a plan is no longer what a host needs: one line each, by host. */
export type Moved = ReadonlyMap<string, readonly string[]>;

/**
 * What differs between a plan and what a dry run foresees now. Hosts that are as they were are not in
 * it.
 */
export function compareForeseen(
  planned: Pick<Foreseen, 'hosts' | 'steps'>,
  now: Pick<Foreseen, 'hosts' | 'steps'>,
): Moved {
  const moved = new Map<string, string[]>();
  for (const host of new Set([...Object.keys(planned.hosts), ...Object.keys(now.hosts)])) {
    const reasons = reasonsFor(host, planned, now);
    if (reasons.length > 0) moved.set(host, reasons);
  }
  return moved;
}

function reasonsFor(
  host: string,
  planned: Pick<Foreseen, 'hosts' | 'steps'>,
  now: Pick<Foreseen, 'hosts' | 'steps'>,
): string[] {
  const before = planned.hosts[host];
  const after = now.hosts[host];
  if (!before) return ['the plan does not know this host'];
  if (!after) return ['the host is not reached now'];
  const reasons = observed(before.observations, after.observations);
  return [...reasons, ...differentSteps(stepsOf(host, planned), stepsOf(host, now))];
}

function observed(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].sort().flatMap((name) => {
    if (before[name] === after[name]) return [];
    if (before[name] === undefined) return [`${name}: not looked at when the plan was made`];
    if (after[name] === undefined) return [`${name}: not looked at any more`];
    return [`${name} is not what it was`];
  });
}

function stepsOf(host: string, { steps }: Pick<Foreseen, 'steps'>): PlanStep[] {
  return steps.filter((step) => step.host === host);
}

function differentSteps(before: readonly PlanStep[], after: readonly PlanStep[]): string[] {
  const left = new Map<string, number>();
  for (const step of before) left.set(signOf(step), (left.get(signOf(step)) ?? 0) + 1);
  const added: string[] = [];
  for (const step of after) {
    const sign = signOf(step);
    const count = left.get(sign) ?? 0;
    if (count > 0) left.set(sign, count - 1);
    else added.push(`'${step.task}' would now be ${step.status}: ${firstLine(step.message)}`);
  }
  const gone = before.filter((step) => {
    const count = left.get(signOf(step)) ?? 0;
    if (count > 0) left.set(signOf(step), count - 1);
    return count > 0;
  });
  return [
    ...added,
    ...gone.map((step) => `'${step.task}' would no longer be ${step.status} as planned`),
  ];
}

/** Steps are the same when they come to the same; why something is unknown may be told otherwise. */
function signOf({ play, id, handler, status, decisions }: PlanStep): string {
  return JSON.stringify([
    play,
    id,
    handler,
    status,
    decisions.map((one) => [one.item, one.digest]),
  ]);
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
