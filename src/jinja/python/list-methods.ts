import type { Value } from '../../values.ts';
import { asInteger } from '../runtime/arguments.ts';
import type { Bound, Definition } from '../runtime/definition.ts';
import type { Machine } from '../runtime/machine.ts';
import { compare, equal, truth } from './compare.ts';
import { Fault } from './faults.ts';
import { iterate } from './iterate.ts';
import { shown } from './text.ts';

function method(
  parameters: string,
  apply: (list: Value[], args: Bound, machine: Machine) => Value,
): Definition {
  return {
    summary: '',
    parameters: parameters === '' ? [] : parameters.split(' '),
    apply: (input, args, machine) => apply(input as Value[], args, machine),
  };
}

/** Python's methods of `list`. */
export const listMethods: ReadonlyMap<string, Definition> = new Map(
  Object.entries({
    append: method('item', (list, [item], machine) => {
      machine.step();
      list.push(item!);
      return null;
    }),
    extend: method('items', (list, [items], machine) => {
      const more = [...iterate(items!)];
      machine.step(more.length);
      for (const item of more) list.push(item);
      return null;
    }),
    insert: method('index item', (list, [index, item], machine) => {
      machine.step();
      list.splice(asInteger(index), 0, item!);
      return null;
    }),
    pop: method('index?', (list, [index]) => {
      const at = asInteger(index, -1);
      const [removed] = list.splice(at < 0 ? list.length + at : at, 1);
      if (removed === undefined)
        throw new Fault(`there is no item ${at} to pop from a list of ${list.length}`);
      return removed;
    }),
    remove: method('item', (list, [item]) => {
      list.splice(position(list, item!), 1);
      return null;
    }),
    index: method('item', (list, [item]) => position(list, item!)),
    count: method('item', (list, [item]) => list.filter((other) => equal(other, item!)).length),
    sort: method('reverse?', (list, [reverse]) => {
      list.sort((left, right) => compare(left, right));
      if (reverse !== undefined && truth(reverse)) list.reverse();
      return null;
    }),
    reverse: method('', (list) => {
      list.reverse();
      return null;
    }),
    copy: method('', (list) => [...list]),
    clear: method('', (list) => {
      list.length = 0;
      return null;
    }),
  }),
);

function position(list: readonly Value[], item: Value): number {
  const at = list.findIndex((other) => equal(other, item));
  if (at === -1) throw new Fault(`${shown(item)} is not in the list`);
  return at;
}
