import { nearestName } from '../errors.ts';
import type { Mapping } from '../values.ts';
import { written } from './common.ts';
import {
  isTemplate,
  isVariableName,
  readBoolean,
  readConditions,
  readNumber,
  readString,
  readText,
  refuse,
} from './keyword-values.ts';
import { loopControlKeywords } from './keywords.ts';
import { lookupProblem } from './lookup-names.ts';
import { placeOf, placeOfKey, placeOfValue } from './places.ts';
import type { Loop } from './play.ts';
import type { Scope } from './scope.ts';

/** Reads `loop` or with_NAME together with loop_control; undefined when the task has no loop. */
export function readLoop(task: Mapping, scope: Scope): Loop | undefined {
  const { loading } = scope;
  const sources = [...task.keys()].filter(
    (key): key is string => key === 'loop' || (typeof key === 'string' && key.startsWith('with_')),
  );
  const control = readLoopControl(task, scope);
  const [source, second] = sources;
  if (source === undefined) return undefined;
  const at = placeOfKey(task, source, scope.at);
  if (second !== undefined) {
    loading.report({
      code: 'playbook-syntax',
      message: `a task has two loops, '${source}' and '${second}'`,
      at: placeOfKey(task, second, scope.at),
    });
  }
  const lookup = source.slice('with_'.length);
  const problem = source === 'loop' ? undefined : lookupProblem(lookup, at, 'with_');
  if (problem) {
    loading.report(problem);
    return undefined;
  }
  const via = source === 'loop' ? 'loop' : lookup.split('.').at(-1)!;
  const value = task.get(source)!;
  const entry = { loading, keyword: source, value, at: placeOfValue(task, source, scope.at) };
  if (value === null) refuse(entry, 'a list, or a template that gives one');
  else if (via === 'loop' && !Array.isArray(value) && !isTemplate(value)) {
    refuse(entry, 'a list, or a template that gives one');
  }
  return { via, items: value, at, ...control };
}

function readLoopControl(task: Mapping, scope: Scope): Omit<Loop, 'via' | 'items' | 'at'> {
  const { loading } = scope;
  const plain = { loopVar: 'item', extended: false, extendedAllItems: true, breakWhen: [] };
  const entry = written(task, 'loop_control', scope);
  if (!entry || entry.value === null) return plain;
  const control = entry.value;
  if (!(control instanceof Map)) {
    refuse(entry, 'a mapping');
    return plain;
  }
  const inner = { ...scope, at: placeOf(control, entry.at) };
  for (const key of control.keys()) {
    if (typeof key === 'string' && loopControlKeywords.has(key)) continue;
    loading.report({
      code: 'unknown-keyword',
      message: `'${String(key)}' is no keyword of loop_control`,
      at: placeOfKey(control, key, inner.at),
      nearest: nearestName(String(key), loopControlKeywords),
    });
  }
  const label = written(control, 'label', inner);
  const pause = written(control, 'pause', inner);
  const extended = written(control, 'extended', inner);
  const allItems = written(control, 'extended_allitems', inner);
  const breakWhen = written(control, 'break_when', inner);
  return {
    loopVar: variableName(control, 'loop_var', inner) ?? 'item',
    indexVar: variableName(control, 'index_var', inner),
    label: label?.value instanceof Map ? label.value : label && readString(label),
    pause: pause && readNumber(pause, false),
    extended: (extended && readBoolean(extended)) === true,
    extendedAllItems: (allItems && readBoolean(allItems)) !== false,
    breakWhen: (breakWhen && readConditions(breakWhen)) ?? [],
  };
}

/** The name of a variable that a keyword defines: `register`, `loop_var`, `index_var`. */
export function variableName(mapping: Mapping, keyword: string, scope: Scope): string | undefined {
  const entry = written(mapping, keyword, scope);
  if (!entry) return undefined;
  const name = readText(entry);
  if (name === undefined || isVariableName(name)) return name;
  refuse(entry, 'a variable name: letters, digits and underscores, not beginning with a digit');
  return undefined;
}
