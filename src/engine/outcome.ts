import type { ErrorCode, Problem } from '../errors.ts';
import type { Diff } from '../events.ts';
import { fromPlain, type Mapping, Unknown, type Value } from '../values.ts';
import type { ModuleOutcome } from './module-run.ts';

/** What an action or a module did for one item, before changed_when, failed_when and ignore_errors. */
export interface Outcome {
  readonly status: 'ok' | 'changed' | 'failed' | 'skipped' | 'unknown';
  readonly message: string;
  readonly hint?: string;
  readonly code?: ErrorCode;
  /** Where it went wrong and what to do, when an error says so. */
  readonly problem?: Problem;
  /** Under Ansible's keys, without `changed`, `failed` and `skipped`; may hold Unknown in check mode. */
  readonly result: Mapping;
  readonly diff: readonly Diff[];
  /** Facts for the host, under their full names. */
  readonly facts?: Mapping;
  /** What a module's call is to come to, as a keyed digest. */
  readonly desired?: string | undefined;
  /** The change was told and not made. */
  readonly withheld?: boolean;
  /** Leaves the host out of the rest of the play without counting as failed. */
  readonly endsHost?: boolean;
}

export function ok(message: string, result: Mapping = new Map()): Outcome {
  return { status: 'ok', message, result, diff: [] };
}

export function changed(message: string, result: Mapping = new Map()): Outcome {
  return { status: 'changed', message, result, diff: [] };
}

export function skipped(message: string, result: Mapping = new Map()): Outcome {
  return { status: 'skipped', message, result, diff: [] };
}

export function failed(
  message: string,
  options: { code?: ErrorCode; hint?: string; result?: Mapping } = {},
): Outcome {
  const { code = 'task-failed', hint, result = new Map() } = options;
  return { status: 'failed', message, code, hint, result, diff: [] };
}

export function unknown(reason: string): Outcome {
  return { status: 'unknown', message: reason, result: new Map(), diff: [] };
}

/** The outcome of a module; facts are taken out of its result. */
export function outcomeOfModule(outcome: ModuleOutcome, task: string): Outcome {
  let made: Mapping | undefined;
  const result = (): Mapping => {
    made ??= resultOfModule(outcome, task);
    return made;
  };
  const facts = 'ansible_facts' in outcome.result ? result().get('ansible_facts') : undefined;
  return {
    status: outcome.status,
    message: outcome.message,
    hint: outcome.hint,
    code: outcome.code,
    // Few tasks are registered, and few reporters show it.
    get result() {
      return result();
    },
    diff: outcome.diff,
    facts: facts instanceof Map ? facts : undefined,
    ...(outcome.desired !== undefined && { desired: outcome.desired }),
    ...(outcome.withheld && { withheld: true }),
  };
}

function resultOfModule(outcome: ModuleOutcome, task: string): Mapping {
  const result = fromPlain(outcome.result) as Mapping;
  for (const key of outcome.unknownResult) {
    result.set(key, new Unknown(`'${key}' of task '${task}', which check mode does not run`));
  }
  return result;
}

/** What `register` keeps: the result with its verdict. */
export function registeredValue(outcome: Outcome): Value {
  if (outcome.status === 'unknown') {
    if (outcome.result.size === 0) return new Unknown(outcome.message);
    return new Map([...outcome.result, ['changed', new Unknown(outcome.message)]]) as Mapping;
  }
  const value: Mapping = new Map(outcome.result);
  value.set('changed', outcome.status === 'changed');
  value.set('failed', outcome.status === 'failed');
  if (outcome.status === 'skipped') {
    value.set('skipped', true);
    if (!value.has('skip_reason')) value.set('skip_reason', outcome.message);
  }
  if (outcome.status === 'failed' && !value.has('msg')) value.set('msg', outcome.message);
  return value;
}
