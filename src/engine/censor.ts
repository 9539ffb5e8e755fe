import type { Problem } from '../errors.ts';
import type { Diff } from '../events.ts';
import { type Mapping, type Plain, toPlain, Unknown, type Value } from '../values.ts';
import type { Redaction } from './context.ts';
import type { Hiding } from './no-log.ts';
import type { TaskScope } from './task-scope.ts';

/** Hides secrets in everything that leaves the engine. */
export interface Censor {
  readonly noLog: boolean;
  text(text: string): string;
  /** A message, with what its result holds hidden in it under no_log. */
  message(text: string, result: Mapping): string;
  diff(diff: readonly Diff[]): readonly Diff[];
  result(result: Mapping): Plain;
  problem(problem: Problem | undefined, result?: Mapping): Problem | undefined;
  /** Under no_log: hides what the task's arguments come to in this scope. */
  learn(scope: TaskScope, item: Value): void;
}

/** Secrets by value; with no_log the result and the diff altogether, while messages stay readable. */
export function censorWith(redaction: Redaction, hiding?: Hiding): Censor {
  if (hiding) return censor(redaction, hiding);
  let usual = usualCensors.get(redaction);
  if (!usual) {
    usual = censor(redaction, undefined);
    usualCensors.set(redaction, usual);
  }
  return usual;
}

const usualCensors = new WeakMap<Redaction, Censor>();

function censor(redaction: Redaction, hiding: Hiding | undefined): Censor {
  const noLog = hiding !== undefined;
  const text = (value: string): string => (hiding ?? redaction).redact(value);
  const message = (value: string, result?: Mapping): string =>
    hiding ? hiding.redact(value, result) : redaction.redact(value);
  return {
    noLog,
    text,
    message,
    learn: (scope, item) => hiding?.learn(scope, item),
    diff: (diff) =>
      noLog || diff.length === 0
        ? []
        : diff.map(({ header, before, after }) => ({
            header: text(header),
            before: text(before),
            after: text(after),
          })),
    result: (result) =>
      noLog
        ? {
            censored:
              "the output has been hidden due to the fact that 'no_log: true' was specified for this result",
          }
        : redactDeep(shown(result), text),
    problem: (problem, result) => {
      if (!problem) return undefined;
      const { expected, nearest, hint, task } = problem;
      return {
        ...problem,
        message: message(problem.message, result),
        ...(expected !== undefined && { expected: message(expected, result) }),
        ...(nearest !== undefined && { nearest: message(nearest, result) }),
        ...(hint !== undefined && { hint: message(hint, result) }),
        ...(task !== undefined && { task: redaction.redact(task) }),
      };
    },
  };
}

/** Plain data for people and records; what is unknown says why. */
function shown(value: Value): Plain {
  if (value instanceof Unknown) return `unknown until applied: ${value.reason}`;
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) {
    const object: { [key: string]: Plain } = {};
    for (const [key, item] of value) {
      Object.defineProperty(object, String(key), {
        value: shown(item),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return object;
  }
  try {
    return toPlain(value);
  } catch {
    return String(value);
  }
}

function redactDeep(value: Plain, text: (text: string) => string): Plain {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, text));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactDeep(item, text)]),
  );
}
