import type { Problem } from '../errors.ts';
import type { Diff } from '../events.ts';
import { type Mapping, type Plain, toPlain, Unknown, type Value } from '../values.ts';
import type { Redaction } from './context.ts';

/** Hides secrets in everything that leaves the engine. */
export interface Censor {
  text(text: string): string;
  diff(diff: readonly Diff[]): readonly Diff[];
  result(result: Mapping): Plain;
  problem(problem: Problem | undefined): Problem | undefined;
}

/** Secrets by value; with no_log the result and the diff altogether, while messages stay readable. */
export function censorWith(redaction: Redaction, noLog: boolean): Censor {
  const text = (value: string): string => redaction.redact(value);
  return {
    text,
    diff: (diff) =>
      noLog
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
    problem: (problem) => problem && { ...problem, message: text(problem.message) },
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
