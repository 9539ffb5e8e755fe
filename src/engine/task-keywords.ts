import { RolecallError, type SourcePosition } from '../errors.ts';
import type { Task, Templated } from '../playbook/play.ts';
import { Float, Undefined, Unknown, type Value } from '../values.ts';
import type { Inherited, Keywords } from './inherit.ts';
import { isTrue } from './target.ts';
import type { TaskScope } from './task-scope.ts';

/** A keyword of a task rests on what check mode cannot know. */
export class KeywordUnknown extends Error {
  readonly reason: string;

  constructor(keyword: string, { reason }: Unknown) {
    super(`'${keyword}' is not known yet: ${reason}`);
    this.name = 'KeywordUnknown';
    this.reason = this.message;
  }
}

/** `changed_when: false` is the user's word that a task changes nothing. */
export function isHarmless({ changedWhen }: Task): boolean {
  return changedWhen?.every(({ source }) => source === false) ?? false;
}

/** The value of a keyword on a host; undefined when it is not given. Throws KeywordUnknown. */
export function keywordValue(
  name: string,
  written: Templated | undefined,
  scope: TaskScope,
  at: SourcePosition,
): Value | undefined {
  if (written === undefined) return undefined;
  const value = scope.evaluate(written, at);
  if (value instanceof Unknown) throw new KeywordUnknown(name, value);
  return value;
}

/** Whether a keyword that is a flag is set. */
export function flagOf(
  name: string,
  written: Templated | undefined,
  scope: TaskScope,
  at: SourcePosition,
): boolean {
  return isTrue(keywordValue(name, written, scope, at));
}

/** The keywords that say how a host is reached and who to become there, without templates. */
export function reachKeywords(keywords: Keywords, scope: TaskScope, at: SourcePosition): Keywords {
  const given = reaching.filter((name) => keywords[name] !== undefined);
  if (given.length === 0) return none;
  return Object.fromEntries(
    given.map((name) => [name, keywordValue(name, keywords[name], scope, at)]),
  );
}

const none: Keywords = {};

const reaching = [
  'connection',
  'remoteUser',
  'port',
  'become',
  'becomeUser',
  'becomeMethod',
  'becomeFlags',
  'becomeExe',
] as const;

/** `timeout` and `async` (a task with it is waited for): the earlier of the two, in milliseconds. */
export function deadlineOf(
  task: Task,
  { keywords }: Inherited,
  scope: TaskScope,
): number | undefined {
  const limits = [
    positiveNumber('timeout', keywords.timeout, scope, task.at),
    positiveNumber('async', task.async, scope, task.at),
  ];
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : 1000 * Math.min(...given);
}

/** A number above 0; undefined when it is not given or 0. */
export function positiveNumber(
  name: string,
  written: Templated | undefined,
  scope: TaskScope,
  at: SourcePosition,
): number | undefined {
  const value = keywordValue(name, written, scope, at);
  if (value === undefined || value === null || value === '' || value instanceof Undefined)
    return undefined;
  const number = Number(value instanceof Float ? value.value : value);
  if (Number.isFinite(number) && number >= 0) return number === 0 ? undefined : number;
  throw new RolecallError({
    code: 'invalid-argument',
    message: `${name} is '${String(value)}'`,
    at,
    expected: 'a number',
  });
}
