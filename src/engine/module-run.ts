import { setTimeout as sleep } from 'node:timers/promises';
import type { Become, CommandResult } from '../connection/connection.ts';
import type { Diff } from '../events.ts';
import type {
  Answers,
  ApplyStep,
  Args,
  Change,
  Completion,
  Controller,
  Decision,
  Module,
  Query,
  ResultData,
} from '../modules/contract.ts';
import type { Observation, Prediction } from '../observe/observation.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import { firstUnknown, type HostSession } from './host-session.ts';

/** One call of a module on one host. */
export interface ModuleCall {
  readonly module: Module;
  /** Checked arguments. */
  readonly args: Args;
  readonly controller: Controller;
  readonly session: HostSession;
  readonly become: Become | undefined;
  readonly checkMode: boolean;
  /** The whole run is a dry run: what would change is predicted to later tasks. */
  readonly dryRun: boolean;
  /** Exports of the environment, put in front of each script that applies. */
  readonly preamble: Sh | undefined;
  /** What runs before the first step of a change, in the same write: records the handlers that will be owed. */
  beforeChange(): Promise<Sh | undefined>;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal;
  /** What a package that the task installs leaves behind: predicted with its change. */
  readonly brings: readonly Prediction[];
  /** What it manages is brought by no package. */
  readonly ours: boolean;
  /** The task says that it never changes anything: what is known stays known. */
  readonly harmless: boolean;
}

/** What came of it. `result` is under Ansible's keys, without `changed` and `failed`. */
export interface ModuleOutcome {
  readonly status: 'ok' | 'changed' | 'failed' | 'unknown';
  /** Why nothing changed, what changed, what failed, or why it cannot be known. */
  readonly message: string;
  readonly hint?: string;
  readonly result: ResultData;
  readonly diff: readonly Diff[];
  /** Result keys that cannot be known before apply. */
  readonly unknownResult: readonly string[];
  readonly code?: 'module-failed' | 'did-not-converge';
}

/**
 * Observes, decides and, outside check mode, applies and verifies.
 * Rejects with RolecallError when the host cannot be asked; a module's own failure is an outcome.
 */
export async function runModule(call: ModuleCall): Promise<ModuleOutcome> {
  const { module, args, session } = call;
  const more = await session.timed('decide', () => module.prepare(args, call.controller));
  const prepared = { ...args, ...more };
  const seen = await look(call, prepared, 'observe');
  const decision = seen.decision;
  switch (decision.kind) {
    case 'unchanged':
      return { ...blank, status: 'ok', message: decision.reason, result: decision.result ?? {} };
    case 'failed':
      return failure(decision.message, decision.result ?? {}, decision.hint);
    case 'unknown':
      return {
        ...blank,
        status: 'unknown',
        message: decision.reason,
        result: decision.result ?? {},
      };
    case 'query':
      return query(call, decision);
    case 'change':
      return call.checkMode
        ? predictChange(call, decision)
        : applyChange(call, prepared, decision, seen.asked);
  }
}

const blank = { result: {}, diff: [], unknownResult: [] } as const;

interface Look {
  readonly decision: Decision;
  readonly asked: readonly Observation<unknown>[];
}

async function look(call: ModuleCall, args: Args, phase: 'observe' | 'verify'): Promise<Look> {
  const { module, session, become } = call;
  const asking = { deadlineMs: call.deadlineMs, real: !call.checkMode, ours: call.ours, phase };
  const first = module.observe(args);
  const answers: Answers = await session.answer(first, become, asking);
  const asked = Object.values(first) as Observation<unknown>[];
  const unknown = firstUnknown(answers);
  if (unknown) return { decision: undecided(module, args, answers, unknown.reason), asked };
  const second = module.refine(args, answers);
  const more = await session.answer(second, become, asking);
  asked.push(...(Object.values(second) as Observation<unknown>[]));
  const all = { ...answers, ...more };
  const stillUnknown = firstUnknown(more);
  if (stillUnknown) return { decision: undecided(module, args, all, stillUnknown.reason), asked };
  const deciding = phase === 'verify' ? phase : 'decide';
  return { decision: session.timed(deciding, () => module.decide(args, all)), asked };
}

function undecided(module: Module, args: Args, answers: Answers, reason: string): Decision {
  return module.decideUnknown?.(args, answers) ?? { kind: 'unknown', reason };
}

function predictChange(call: ModuleCall, change: Change): ModuleOutcome {
  if (call.dryRun) {
    call.session.knowledge.predict([...change.predicts, ...call.brings], change.mayBring);
  }
  return {
    status: change.countsAsChange === false ? 'ok' : 'changed',
    message: change.summary,
    result: change.result ?? {},
    diff: change.diff,
    unknownResult: change.unknownResult ?? [],
  };
}

async function applyChange(
  call: ModuleCall,
  args: Args,
  change: Change,
  asked: readonly Observation<unknown>[],
): Promise<ModuleOutcome> {
  const { session } = call;
  const outputs = await runSteps(call, change.apply, {
    before: await call.beforeChange(),
    change,
    asked,
  });
  if (change.disconnects) await session.disconnect();
  const judged = judge(change, outputs);
  if (judged.failed !== undefined) {
    session.knowledge.touch('everything');
    return { ...failure(judged.failed, { ...change.result, ...judged.result }), diff: change.diff };
  }
  await change.finish?.(outputs);
  const done: ModuleOutcome = {
    status: judged.changed === false ? 'ok' : 'changed',
    message: change.summary,
    result: { ...change.result, ...judged.result },
    diff: change.diff,
    unknownResult: [],
  };
  if (!change.verify) return done;
  const again = await look(call, args, 'verify');
  return verified(done, again.decision);
}

function verified(done: ModuleOutcome, again: Decision): ModuleOutcome {
  if (again.kind === 'unchanged') return { ...done, result: { ...again.result, ...done.result } };
  const left =
    again.kind === 'change' ? again.summary : again.kind === 'failed' ? again.message : again.kind;
  return {
    status: 'failed',
    code: 'did-not-converge',
    message: `applied, but looking again shows: ${left}`,
    result: done.result,
    diff: again.kind === 'change' ? again.diff : [],
    unknownResult: [],
  };
}

async function query(call: ModuleCall, decision: Query): Promise<ModuleOutcome> {
  if (
    call.checkMode &&
    decision.dependsOnEarlierChanges &&
    call.session.knowledge.changesPredicted
  ) {
    return {
      ...blank,
      status: 'unknown',
      message: 'the answer depends on what earlier tasks would change',
    };
  }
  const forMs = Math.min(decision.repeat?.forMs ?? 0, call.deadlineMs ?? Number.POSITIVE_INFINITY);
  const limit = performance.now() + forMs;
  for (;;) {
    const outputs = await runSteps(call, decision.steps, { keepGoing: true });
    const { result, failed, again } = decision.complete(outputs);
    const left = limit - performance.now();
    if (!again || !decision.repeat || left <= 0) {
      return failed === undefined
        ? {
            ...blank,
            status: 'ok',
            message: typeof result.msg === 'string' ? result.msg : 'read',
            result,
          }
        : failure(failed, result);
    }
    await sleep(Math.min(decision.repeat.everyMs, left), undefined, { signal: call.signal });
  }
}

/** What programs expect where they run; files with secrets set a tighter one themselves. */
const usualUmask = sh`umask 022`;

/** `changed_when: false` on an action is the user's word that it only reads. */
function touchedBy(call: ModuleCall, change: Change): Change['touches'] {
  return call.harmless && !change.verify ? [] : change.touches;
}

interface Around {
  readonly before?: Sh | undefined;
  /** The change that the steps apply, and what to ask again behind the last of them. */
  readonly change?: Change;
  readonly asked?: readonly Observation<unknown>[];
  /** Run the next step even when one fails. */
  readonly keepGoing?: boolean;
}

/** Runs steps in order; stops behind the first that fails. */
async function runSteps(
  call: ModuleCall,
  steps: readonly ApplyStep[],
  { before, change, asked = [], keepGoing = false }: Around,
): Promise<readonly CommandResult[]> {
  const outputs: CommandResult[] = [];
  for (const [index, step] of steps.entries()) {
    const parts = [usualUmask, index === 0 ? before : undefined, call.preamble, step.script];
    const command = {
      script: joinSh(parts.filter((part) => part !== undefined)),
      stdin: step.stdin,
      become: call.become,
      deadlineMs: earliest(call.deadlineMs, step.deadlineMs),
      maxOutputBytes: step.maxOutputBytes,
    };
    const last = index === steps.length - 1;
    const output = change
      ? await call.session.change(
          command,
          touchedBy(call, change),
          last && change.verify ? asked : [],
        )
      : await call.session.run(command, 'observe');
    outputs.push(output);
    if (output.status !== 0 && !keepGoing) break;
  }
  return outputs;
}

function judge(change: Change, outputs: readonly CommandResult[]): Completion {
  if (change.complete) return change.complete(outputs);
  const last = outputs.at(-1);
  if (!last || last.status === 0) return { result: {} };
  const stderr = last.stderr.toString('utf8').trim();
  const stdout = last.stdout.toString('utf8').trim();
  return {
    result: { rc: last.status, stdout, stderr },
    failed: `${change.summary}: ${stderr || stdout || `status ${last.status}`}`,
  };
}

function failure(message: string, result: ResultData, hint?: string): ModuleOutcome {
  return { ...blank, status: 'failed', code: 'module-failed', message, hint, result };
}

function earliest(...deadlines: (number | undefined)[]): number | undefined {
  const given = deadlines.filter((deadline) => deadline !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}
