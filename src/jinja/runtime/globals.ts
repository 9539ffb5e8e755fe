import type { Mapping, Value } from '../../values.ts';
import { Undefined } from '../../values.ts';
import { setKey } from '../python/compare.ts';
import { DateTime } from '../python/dates.ts';
import { pairs } from '../python/dict-methods.ts';
import { Fault } from '../python/faults.ts';
import { asValue, PythonObject } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { asInteger, asString, asText } from './arguments.ts';
import { NativeFunction } from './callable.ts';
import type { Definition } from './definition.ts';
import { lookupFunction } from './lookup.ts';
import { Namespace } from './namespace.ts';

/** The functions that every template can call. */
export const globals: ReadonlyMap<string, Definition> = new Map<string, Definition>(
  Object.entries({
    range: {
      summary: 'Integers from start (0) up to and without stop.',
      parameters: ['start', 'stop?', 'step?'],
      apply: (_self, [start, stop, step], machine) => {
        const from = stop === undefined ? 0 : asInteger(start);
        const to = asInteger(stop ?? start);
        const by = asInteger(step, 1);
        if (by === 0) throw new Fault('the step of a range cannot be 0');
        const length = Math.max(0, Math.ceil((to - from) / by));
        machine.step(length);
        return Array.from({ length }, (_, index) => from + index * by);
      },
    },
    dict: {
      summary: 'A dict of pairs or of keyword arguments.',
      parameters: ['pairs?', '**kwargs'],
      lenient: true,
      apply: (_self, [from, named]) => {
        const map: Mapping = new Map();
        for (const [key, value] of [...pairs(from), ...(named as Mapping)]) setKey(map, key, value);
        return map;
      },
    },
    namespace: {
      summary: 'An object whose attributes can be set within loops.',
      parameters: ['pairs?', '**kwargs'],
      lenient: true,
      apply: (_self, [from, named]) => {
        const all = [...pairs(from), ...(named as Mapping)];
        return asValue(new Namespace(new Map(all.map(([key, value]) => [text(key), value]))));
      },
    },
    cycler: {
      summary: 'Goes round the given values with .next(), .current and .reset().',
      parameters: ['*items'],
      apply: (_self, [items]) => asValue(new Cycler(items as Value[])),
    },
    joiner: {
      summary: 'A function that gives nothing at its first call and the separator at all others.',
      parameters: ['sep?'],
      apply: (_self, [separator]) => {
        let first = true;
        const join = () => {
          const result = first ? '' : asText(separator, ', ');
          first = false;
          return result;
        };
        return asValue(new NativeFunction('joiner', join));
      },
    },
    lookup: lookupFunction(
      'What a lookup plugin finds; several results are joined with commas.',
      false,
    ),
    query: lookupFunction('The list of what a lookup plugin finds.', true),
    q: lookupFunction('The list of what a lookup plugin finds.', true),
    now: {
      summary: 'The current date and time; with fmt as text.',
      parameters: ['utc?', 'fmt?'],
      impure: true,
      apply: (_self, [utc, format]) => {
        const now = DateTime.now(utc === true);
        return format === undefined || format === null
          ? asValue(now)
          : now.format(asString(format, 'fmt'));
      },
    },
    undef: {
      summary: 'An undefined value: using it is an error with the given hint.',
      parameters: ['hint?'],
      apply: (_self, [hint]) =>
        new Undefined('undef()', hint === undefined || hint === null ? undefined : text(hint)),
    },
  } satisfies Record<string, Definition>),
);

class Cycler extends PythonObject {
  readonly typeName = 'Cycler';
  private readonly items: readonly Value[];
  private position = 0;

  constructor(items: readonly Value[]) {
    super();
    if (items.length === 0) throw new Fault('cycler() needs something to go round');
    this.items = items;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.items[this.position]!;
      case 'next':
        return asValue(new NativeFunction('next', () => this.next()));
      case 'reset':
        return asValue(new NativeFunction('reset', () => this.reset()));
      default:
        return undefined;
    }
  }

  private next(): Value {
    const item = this.items[this.position]!;
    this.position = (this.position + 1) % this.items.length;
    return item;
  }

  private reset(): Value {
    this.position = 0;
    return null;
  }
}
