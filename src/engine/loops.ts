import { RolecallError } from '../errors.ts';
import type { Loop } from '../playbook/play.ts';
import { type Mapping, Unknown, type Value } from '../values.ts';
import type { TaskScope } from './task-scope.ts';

/** One pass of a loop: its item and the variables that come with it. */
export interface Pass {
  readonly item: Value;
  readonly vars: Mapping;
}

/** The passes of a loop on one host; Unknown when its items cannot be known yet. */
export function passesOf(loop: Loop, scope: TaskScope): readonly Pass[] | Unknown {
  const items = itemsOf(loop, scope);
  if (items instanceof Unknown) return items;
  return items.map((item, index) => ({ item, vars: variablesOf(loop, items, index) }));
}

function itemsOf(loop: Loop, scope: TaskScope): readonly Value[] | Unknown {
  const written = scope.evaluate(loop.items, loop.at);
  if (written instanceof Unknown) return written;
  if (loop.via !== 'loop') return lookedUp(loop, written, scope);
  if (Array.isArray(written)) return written;
  throw new RolecallError({
    code: 'invalid-argument',
    message: `the loop is over ${written instanceof Map ? 'a mapping' : `'${String(written)}'`}`,
    at: loop.at,
    expected: 'a list',
    hint: written instanceof Map ? "Use `loop: '{{ … | dict2items }}'`." : undefined,
  });
}

/** with_X is query('X', …) by definition. */
function lookedUp(loop: Loop, written: Value, scope: TaskScope): readonly Value[] | Unknown {
  const terms = Array.isArray(written) ? written : [written];
  const found = scope
    .withValues(new Map([[termsName, terms]]))
    .evaluate(`{{ query('${loop.via}', *${termsName}) }}`, loop.at);
  return found instanceof Unknown || Array.isArray(found) ? found : [found];
}

const termsName = 'rolecall_loop_terms';

function variablesOf(loop: Loop, items: readonly Value[], index: number): Mapping {
  const vars: Mapping = new Map<Value, Value>([
    [loop.loopVar, items[index]!],
    ['ansible_loop_var', loop.loopVar],
  ]);
  if (loop.indexVar) {
    vars.set(loop.indexVar, index);
    vars.set('ansible_index_var', loop.indexVar);
  }
  if (loop.extended) vars.set('ansible_loop', extended(loop, items, index));
  return vars;
}

function extended(loop: Loop, items: readonly Value[], index: number): Mapping {
  const length = items.length;
  const fields: [string, Value][] = [
    ['index', index + 1],
    ['index0', index],
    ['first', index === 0],
    ['last', index === length - 1],
    ['length', length],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
  ];
  if (loop.extendedAllItems) fields.push(['allitems', [...items]]);
  if (index > 0) fields.push(['previtem', items[index - 1]!]);
  if (index < length - 1) fields.push(['nextitem', items[index + 1]!]);
  return new Map<Value, Value>(fields);
}
