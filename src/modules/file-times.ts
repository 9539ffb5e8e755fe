import { RolecallError } from '../errors.ts';
import { type Observation, probe } from '../observe/observation.ts';
import type { PresentPath } from '../observe/path.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';
import type { FileArgs } from './file-arguments.ts';

/** A time that a file is to have: left alone, the moment of apply, or seconds since 1970. */
export type WantedTime = 'preserve' | 'now' | number;

export interface WantedTimes {
  readonly mtime: WantedTime;
  readonly atime: WantedTime;
}

/** `2026-01-02 03:04:05` of a time in a format; undefined where it does not fit. */
export function readTime(text: string, format: string): string | undefined {
  const names: string[] = [];
  const pattern = format.replace(/%(.)|[^%]/g, (part, letter?: string) => {
    if (letter === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(letter);
    return letter === 'Y' ? '(\\d{4})' : '(\\d{1,2})';
  });
  if (names.some((name) => !'YmdHMS'.includes(name))) return undefined;
  const found = new RegExp(`^${pattern}$`).exec(text);
  if (!found) return undefined;
  const of = (name: string, fallback: string) => {
    const index = names.indexOf(name);
    return index < 0 ? fallback : found[index + 1]!.padStart(2, '0');
  };
  return `${of('Y', '1900')}-${of('m', '01')}-${of('d', '01')} ${of('H', '00')}:${of('M', '00')}:${of('S', '00')}`;
}

/** What is wrong with the times of a task. */
export function timeProblems(given: FileArgs): string[] {
  return (['modification_time', 'access_time'] as const).flatMap((name) => {
    const text = given[name];
    const format = given[`${name}_format`];
    if (text === undefined || text === 'preserve' || text === 'now') return [];
    return readTime(text, format) ? [] : [`${name} '${text}' does not fit the format '${format}'`];
  });
}

/** The host's clock tells what a local time is; asked only where a time is given. */
export function timeObservations(given: FileArgs): Record<string, Observation<number>> {
  const asked: Record<string, Observation<number>> = {};
  for (const name of ['modification_time', 'access_time'] as const) {
    const text = given[name];
    if (text === undefined || text === 'preserve' || text === 'now') continue;
    const readable = readTime(text, given[`${name}_format`]);
    if (readable)
      asked[name] = probe('seconds of a time', sh`date -d ${readable} +%s`, readSeconds);
  }
  return asked;
}

/** The times asked for; `touch` means now where nothing is said. */
export function wantedTimes(
  given: FileArgs,
  state: string,
  answers: { readonly [name: string]: unknown },
): WantedTimes {
  const of = (name: 'modification_time' | 'access_time'): WantedTime => {
    const text = given[name];
    if (text === undefined) return state === 'touch' ? 'now' : 'preserve';
    return text === 'now' || text === 'preserve' ? text : (answers[name] as number);
  };
  return { mtime: of('modification_time'), atime: of('access_time') };
}

export interface TimeChange {
  readonly differences: readonly string[];
  readonly script: Sh;
  readonly after: PresentPath;
  /** `now` is another time at each run, so that it cannot be verified. */
  readonly isNow: boolean;
}

/** Compares times to the second. */
export function timeChange(name: string, wanted: WantedTimes, state: PresentPath): TimeChange {
  const lines: string[] = [];
  const differences: string[] = [];
  let after = state;
  const link = state.type === 'link' ? rawSh('-h ') : rawSh('');
  for (const [key, option] of [
    ['mtime', '-m'],
    ['atime', '-a'],
  ] as const) {
    const time = wanted[key];
    if (time === 'preserve') continue;
    if (time === 'now') {
      differences.push(`${key} → now`);
      lines.push(sh`touch -c ${link}${rawSh(option)} ${pathWord(name)}`.text);
    } else if (Math.floor(state[key]) !== time) {
      const stamp = new Date(time * 1000).toISOString();
      differences.push(`${key} → ${stamp}`);
      const readable = stamp.slice(0, 19).replace('T', ' ');
      lines.push(
        sh`TZ=UTC0 touch -c ${link}${rawSh(option)} -d ${readable} ${pathWord(name)}`.text,
      );
      after = { ...after, [key]: time };
    }
  }
  return {
    differences,
    script: rawSh(lines.join(' &&\n')),
    after,
    isNow: wanted.mtime === 'now' || wanted.atime === 'now',
  };
}

function readSeconds(answer: { status: number; stdout: Buffer; stderr: Buffer }): number {
  const text = answer.stdout.toString().trim();
  if (answer.status === 0 && /^-?\d+$/.test(text)) return Number(text);
  throw new RolecallError({
    code: 'probe-unreadable',
    message: `the host's date cannot tell a time: ${answer.stderr.toString().trim()}`,
  });
}
