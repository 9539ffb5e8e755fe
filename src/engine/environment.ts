import type { Templated } from '../playbook/play.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import { Float, type Value } from '../values.ts';
import type { TaskScope } from './task-scope.ts';

/** The exports of the `environment` keyword, inner entries winning; undefined when there is nothing to export. */
export function environmentPreamble(
  entries: readonly Templated[],
  scope: TaskScope,
): Sh | undefined {
  const variables = new Map<string, string>();
  for (const entry of entries) {
    const evaluated = scope.evaluate(entry);
    if (!(evaluated instanceof Map)) continue;
    for (const [name, value] of evaluated) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(String(name))) continue;
      variables.set(String(name), textOf(value));
    }
  }
  if (variables.size === 0) return undefined;
  return joinSh([...variables].map(([name, value]) => sh`export ${rawSh(name)}=${value}`));
}

function textOf(value: Value): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null) return '';
  return value instanceof Float ? String(value.value) : String(value);
}
