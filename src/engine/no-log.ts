import { RolecallError } from '../errors.ts';
import { compileTemplate, mayContainTemplate } from '../jinja/template.ts';
import type { Task } from '../playbook/play.ts';
import { Redactor } from '../shell/redact.ts';
import type { Value } from '../values.ts';
import type { Redaction } from './context.ts';
import type { TaskScope } from './task-scope.ts';

/**
 * Hides, in what a no_log task says, everything that its templates bring in. Variables whose names say
 * that they are secrets are hidden in the whole run from then on.
 */
export function hidingArguments(task: Task, scope: TaskScope, outer: Redaction): Redaction {
  const own = new Redactor();
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
  return {
    add: (secret) => outer.add(secret),
    redact: (text) => own.redact(outer.redact(text)),
  };
}

const soundsSecret = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key/i;

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
