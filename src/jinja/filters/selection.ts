import { Undefined, Unknown, type Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault, UnknownUse } from '../python/faults.ts';
import { iterate } from '../python/iterate.ts';
import { NamedTuple } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { attributeGetter } from '../runtime/access.ts';
import { asString } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import type { Machine } from '../runtime/machine.ts';
import { filter, lenient } from './define.ts';
import { folded, sorted } from './sorting.ts';

/** Filters that pass every item through another filter or a test. */
export const selectionFilters: Record<string, Definition> = {
  map: lenient(
    filter(
      'Every item passed through a filter, or one attribute of it.',
      '*args **kwargs',
      (value, [args, named], machine) => {
        const positional = args as Value[];
        const options = new Map(
          [...(named as Map<Value, Value>)].map(([key, item]) => [text(key), item]),
        );
        const attribute = options.get('attribute');
        if (positional.length === 0 && attribute !== undefined) {
          const read = attributeGetter(attribute, options.get('default'));
          return iterate(value).map(read);
        }
        const name = asString(positional[0], "the first argument of 'map'");
        return iterate(value).map((item) => {
          machine.step();
          return machine.filter(name, item, positional.slice(1), options);
        });
      },
    ),
  ),
  select: selection('The items for which a test holds.', true, false),
  reject: selection('The items for which a test does not hold.', false, false),
  selectattr: selection('The items for whose attribute a test holds.', true, true),
  rejectattr: selection('The items for whose attribute a test does not hold.', false, true),
  groupby: filter(
    'Pairs of a value and the items that have it as an attribute.',
    'attribute default? case_sensitive?',
    (value, args) => {
      const [attribute, fallback, caseSensitive] = args;
      const read = attributeGetter(attribute!, fallback);
      const isSensitive = caseSensitive !== undefined && truth(caseSensitive);
      const groups = new Map<string, { key: Value; items: Value[] }>();
      for (const item of sorted(iterate(value), [read], false, isSensitive)) {
        const key = folded(read(item), isSensitive);
        const id = `${typeof key}${text(key)}`;
        const group = groups.get(id);
        if (group) group.items.push(item);
        else groups.set(id, { key: read(item), items: [item] });
      }
      return [...groups.values()].map(({ key, items }) => {
        const group = new NamedTuple(key, items);
        group.names = ['grouper', 'list'];
        return group;
      });
    },
  ),
};

function selection(summary: string, keep: boolean, byAttribute: boolean): Definition {
  return lenient(
    filter(summary, '*args **kwargs', (value, [args, named], machine) => {
      const positional = [...(args as Value[])];
      const attribute = byAttribute ? positional.shift() : undefined;
      if (byAttribute && attribute === undefined)
        throw new Fault('the attribute to look at is missing');
      const read = attribute === undefined ? (item: Value) => item : attributeGetter(attribute);
      const check = checker(positional, named as Map<Value, Value>, machine);
      return iterate(value).filter((item) => {
        machine.step();
        const tested = read(item);
        if (tested instanceof Unknown) throw new UnknownUse(tested);
        return check(tested) === keep;
      });
    }),
  );
}

function checker(
  [name, ...args]: readonly Value[],
  named: ReadonlyMap<Value, Value>,
  machine: Machine,
): (value: Value) => boolean {
  if (name === undefined) return (value) => (value instanceof Undefined ? false : truth(value));
  const test = asString(name, 'the name of the test');
  const options = new Map([...named].map(([key, value]) => [text(key), value]));
  return (value) => machine.test(test, value, args, options);
}
