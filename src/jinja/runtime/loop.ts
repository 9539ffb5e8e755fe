import { Undefined, type Value } from '../../values.ts';
import { equal } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { asValue } from '../python/objects.ts';
import { Callable, NativeFunction } from './callable.ts';

type Recurse = (items: Value, depth: number) => Value;

/** The `loop` variable of a running `for`. */
export class Loop extends Callable {
  override readonly typeName = 'LoopContext';
  readonly name = 'loop';
  index = 0;
  private readonly items: readonly Value[];
  private readonly depth: number;
  private readonly recurse: Recurse | undefined;
  private last: readonly Value[] | undefined;

  constructor(items: readonly Value[], depth: number, recurse: Recurse | undefined) {
    super();
    this.items = items;
    this.depth = depth;
    this.recurse = recurse;
  }

  invoke(args: readonly Value[]): Value {
    if (!this.recurse) throw new Fault("loop() needs a 'for … recursive'");
    if (args.length !== 1)
      throw new Fault('loop() takes the items to go through, and nothing else');
    return this.recurse(args[0]!, this.depth + 1);
  }

  override attribute(name: string): Value | undefined {
    const { index, items } = this;
    switch (name) {
      case 'index':
        return index + 1;
      case 'index0':
        return index;
      case 'revindex':
        return items.length - index;
      case 'revindex0':
        return items.length - index - 1;
      case 'first':
        return index === 0;
      case 'last':
        return index === items.length - 1;
      case 'length':
        return items.length;
      case 'depth':
        return this.depth;
      case 'depth0':
        return this.depth - 1;
      case 'previtem':
        return index > 0
          ? items[index - 1]!
          : new Undefined('loop.previtem', 'the first item has no loop.previtem');
      case 'nextitem':
        return index < items.length - 1
          ? items[index + 1]!
          : new Undefined('loop.nextitem', 'the last item has no loop.nextitem');
      case 'cycle':
        return asValue(new NativeFunction('cycle', (args) => this.cycle(args)));
      case 'changed':
        return asValue(new NativeFunction('changed', (args) => this.changed(args)));
      default:
        return undefined;
    }
  }

  private cycle(args: readonly Value[]): Value {
    if (args.length === 0) throw new Fault('loop.cycle() needs something to go round');
    return args[this.index % args.length]!;
  }

  private changed(args: readonly Value[]): boolean {
    const { last } = this;
    const same =
      last?.length === args.length && args.every((value, index) => equal(value, last[index]!));
    this.last = args;
    return !same;
  }
}
