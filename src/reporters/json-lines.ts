import type { Counts, Reporter, RunEvent } from '../events.ts';
import { flushed, type Output } from './output.ts';

/**
 * One JSON object per line and event, for programs. The shape is stable: the first line is
 * `{"event":"run-started","schema":1,…}`; each has `event` (the kind) and `time` (ISO 8601, UTC), and
 * the event's own keys under their names in RunEvent, in snake_case. `hosts` of `run-finished` is
 * an object by host. Texts are as the host said them; control characters are written as `\uXXXX`, so
 * that a line is safe on a terminal and parses to the original.
 */
export function jsonLinesReporter(output: Output, now: () => Date = () => new Date()): Reporter {
  return {
    report: (event) => {
      output.write(`${jsonLine(event, event.type === 'run-started' ? event.at : now())}\n`);
    },
    finish: () => flushed(output),
  };
}

/** The event as one line of JSON. */
export function jsonLine(event: RunEvent, time: Date): string {
  const { type, ...rest } = event;
  const record = {
    event: type,
    time: time.toISOString(),
    ...(type === 'run-started' ? { schema: 1 } : {}),
    ...(snakeKeys(rest) as object),
  };
  return JSON.stringify(record).replace(notPlain, escaped);
}

/** C1, line separators, bidirectional controls, zero-width and private characters, lone halves of pairs. */
const notPlain = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Keys that hold data of modules or hosts: what is under them keeps its keys. */
const opaque: ReadonlySet<string> = new Set(['result']);

function snakeKeys(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, Counts>)].map(([key, item]) => [key, snakeKeys(item)]),
    );
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      snake(key),
      opaque.has(key) ? item : snakeKeys(item),
    ]),
  );
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
