import type { CommandResult } from '../connection/connection.ts';
import type { ApplyStep, Change, Merge } from '../modules/contract.ts';
import { type Observation, observationId } from '../observe/observation.ts';
import { joinSh, type Sh } from '../shell/sh.ts';
import type { Applied, Planned } from './module-run.ts';
import { commandOf } from './module-steps.ts';

/** A change that goes with others, and what runs ahead of it. */
export interface Joined {
  readonly planned: Planned;
  readonly before: Sh | undefined;
}

/** Whether a change may go together with those of other items at all. */
export function canJoin({ call, decision, verdict }: Planned): boolean {
  return (
    decision.kind === 'change' &&
    verdict?.may !== 'predict' &&
    decision.together !== undefined &&
    decision.verify &&
    decision.touches !== 'everything' &&
    decision.apply.length === 1 &&
    !call.checkMode &&
    call.deadlineMs === undefined &&
    !call.session.isLocal
  );
}

/** The bytes that go to the host for a change. */
export function payloadBytes({ decision }: Planned): number {
  if (decision.kind !== 'change') return 0;
  return decision.apply.reduce((sum, { stdin }) => sum + (stdin ? sizeOf(stdin) : 0), 0);
}

/** Sends the changes as one stream, behind it one question for all that they touch. */
export async function applyTogether(
  joined: readonly Joined[],
): Promise<ReadonlyMap<Planned, Applied>> {
  const { session, become } = joined[0]!.planned.call;
  const steps = stepsOf(joined);
  const commands = steps.map(({ step, of }) => {
    const before = of.flatMap((one) => one.before ?? []);
    return commandOf(of[0]!.planned.call, step, before.length > 0 ? joinSh(before) : undefined);
  });
  const touches = joined.flatMap(
    ({ planned }) => changeOf(planned).touches as Exclude<Change['touches'], string>,
  );
  const asked = observationsOf(joined);
  const outputs = await session.change(commands, touches, asked);
  if (outputs.some(({ status }) => status !== 0)) {
    await session.collect(asked, become, { real: true, phase: 'verify' });
  }
  return new Map(
    steps.flatMap((step, index) =>
      step.of.map((one) => [one.planned, appliedBy(step, outputs[index]!, one)] as const),
    ),
  );
}

/** A step of the stream, and whose changes it makes. */
interface SentStep {
  readonly step: ApplyStep;
  readonly of: readonly Joined[];
  readonly isMerged: boolean;
}

/** In the order of the loop; what stands side by side and can be merged is. */
function stepsOf(joined: readonly Joined[]): SentStep[] {
  const steps: SentStep[] = [];
  for (let start = 0; start < joined.length; ) {
    const { merge } = changeOf(joined[start]!.planned).together!;
    let end = start + 1;
    while (end < joined.length && changeOf(joined[end]!.planned).together!.merge === merge) end++;
    steps.push(...mergedSteps(joined.slice(start, end), merge));
    start = end;
  }
  return steps;
}

function mergedSteps(side: readonly Joined[], merge: Merge | undefined): SentStep[] {
  const parts = side.map(({ planned }) => changeOf(planned).together!.part);
  const merged = merge && side.length > 1 ? merge(parts) : [];
  const taken = new Set(merged.flatMap(({ of }) => of));
  const own = side.flatMap((one, at): [number, SentStep][] =>
    taken.has(at)
      ? []
      : [[at, { step: changeOf(one.planned).apply[0]!, of: [one], isMerged: false }]],
  );
  const joint = merged.map((step): [number, SentStep] => [
    step.of[0]!,
    { step, of: step.of.map((at) => side[at]!), isMerged: true },
  ]);
  return [...own, ...joint].sort(([a], [b]) => a - b).map(([, step]) => step);
}

function appliedBy({ isMerged }: SentStep, output: CommandResult, { before }: Joined): Applied {
  return isMerged && output.status !== 0 ? { before } : { output };
}

function observationsOf(joined: readonly Joined[]): Observation<unknown>[] {
  const asked = new Map<string, Observation<unknown>>();
  for (const { planned } of joined) {
    for (const { observation } of planned.asked) asked.set(observationId(observation), observation);
  }
  return [...asked.values()];
}

function changeOf({ decision }: Planned): Change {
  return decision as Change;
}

function sizeOf(payload: NonNullable<ApplyStep['stdin']>): number {
  return 'size' in payload ? payload.size : payload.length;
}
