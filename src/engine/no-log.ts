import { RolecallError } from '../errors.ts';
import { compileTemplate, mayContainTemplate } from '../jinja/template.ts';
import type { Task } from '../playbook/play.ts';
import { Redactor } from '../shell/redact.ts';
import type { Mapping, Value } from '../values.ts';
import type { Redaction } from './context.ts';
import type { TaskScope } from './task-scope.ts';

/**
 * Hides, in what a no_log task says, everything that its templates bring in. Variables whose names say
 * that they are secrets are hidden in the whole run from then on.
 */
export function hidingArguments(task: Task, outer: Redaction): Hiding {
  const own = new Redactor();
  return {
    learn(scope, item) {
      if (item !== undefined) for (const text of leaves(item)) own.add(text);
      learnArguments(task, scope, own, outer);
    },
    redact(text, result) {
      for (const [key, value] of result ?? [])
        if (!readable.has(String(key))) for (const said of leaves(value)) own.add(said);
      return own.redact(outer.redact(text));
    },
  };
}

/** What a no_log task hides: more with each item of its loop. */
export interface Hiding {
  /** Hides what the arguments come to in a scope, and the item of its pass. */
  learn(scope: TaskScope, item?: Value): void;
  /** Hides in a message also what a result holds, but for what says why it failed. */
  redact(text: string, result?: Mapping): string;
}

const readable: ReadonlySet<string> = new Set(['msg', 'stderr', 'stderr_lines', 'rc']);

function learnArguments(task: Task, scope: TaskScope, own: Redactor, outer: Redaction): void {
  for (const line of commandLines(task.action.args)) own.add(line);
  for (const source of leaves(task.action.args)) {
    if (!mayContainTemplate(source)) continue;
    for (const text of leaves(attempt(() => scope.evaluate(source, task.action.at)))) own.add(text);
    for (const name of compileTemplate(source, task.action.at).variables) {
      if (isOurs(name)) continue;
      for (const text of leaves(attempt(() => scope.get(name)))) {
        own.add(text);
        if (soundsSecret.test(name)) outer.add(text);
      }
    }
  }
}

/** What is run is an argument that holds secrets without templates, too: `mysql -pSecret`. */
function commandLines(args: Value): string[] {
  if (!(args instanceof Map)) return [];
  return ['_raw_params', 'cmd', 'argv', 'stdin'].flatMap((key) =>
    leaves(args.get(key) ?? null).flatMap((text) => [text, ...text.split(/\s+/).slice(1)]),
  );
}

/** Names of variables that say that they hold secrets. */
export const soundsSecret = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key/i;

/** Names of hosts, groups and facts stay readable. */
function isOurs(name: string): boolean {
  return /^(ansible_|inventory_|group_names$|groups$|hostvars$|playbook_dir$|role_)/.test(name);
}

function attempt(read: () => Value | undefined): Value {
  try {
    return read() ?? null;
  } catch (error) {
    if (error instanceof RolecallError) return null;
    throw error;
  }
}

function leaves(value: Value): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (value instanceof Map) return [...value.values()].flatMap(leaves);
  return [];
}
