import { nearestName } from '../../errors.ts';
import { Undefined, type Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { asValue, tuple } from '../python/objects.ts';
import { Callable } from './callable.ts';
import type { Frame } from './frame.ts';
import { type Evaluate, Output, type Run } from './template.ts';

export interface MacroCode {
  readonly name: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly fallback: Evaluate | undefined;
  }[];
  readonly body: Run;
  /** The names that the body uses: `varargs`, `kwargs` and `caller` only exist where they are used. */
  readonly used: ReadonlySet<string>;
}

/** A macro together with the scope it was defined in. */
export class Macro extends Callable {
  override readonly typeName = 'Macro';
  private readonly code: MacroCode;
  private readonly frame: Frame;

  constructor(code: MacroCode, frame: Frame) {
    super();
    this.code = code;
    this.frame = frame;
  }

  get name(): string {
    return this.code.name;
  }

  override attribute(name: string): Value | undefined {
    const { parameters, used } = this.code;
    switch (name) {
      case 'name':
        return this.name;
      case 'arguments':
        return tuple(...parameters.map((parameter) => parameter.name));
      case 'catch_varargs':
        return used.has('varargs');
      case 'catch_kwargs':
        return used.has('kwargs');
      case 'caller':
        return used.has('caller');
      default:
        return undefined;
    }
  }

  invoke(args: readonly Value[], named: ReadonlyMap<string, Value>): Value {
    return this.frame.runtime.within(`${this.name}()`, () => {
      const frame = this.frame.child();
      this.bind(frame, args, new Map(named));
      const out = new Output();
      this.code.body(frame, out);
      return out.toString();
    });
  }

  private bind(frame: Frame, args: readonly Value[], rest: Map<string, Value>): void {
    const { name: macro, parameters, used } = this.code;
    const caller = rest.get('caller');
    const takesCaller = parameters.some((parameter) => parameter.name === 'caller');
    if (!takesCaller) {
      rest.delete('caller');
      frame.set(
        'caller',
        caller ?? new Undefined('caller', `'${macro}' was not called by a 'call' block`),
      );
    }
    for (const [index, { name, fallback }] of parameters.entries()) {
      let value = args[index] === undefined ? rest.get(name) : args[index];
      if (rest.has(name) && index < args.length) {
        throw new Fault(`'${macro}' got the argument '${name}' twice`);
      }
      rest.delete(name);
      value = givenOr(
        value === undefined ? fallback?.(frame) : value,
        new Undefined(name, `'${macro}' was called without '${name}'`),
      );
      frame.set(name, value);
    }
    if (used.has('varargs')) frame.set('varargs', tuple(...args.slice(parameters.length)));
    else if (args.length > parameters.length) {
      throw new Fault(
        `'${macro}' takes at most ${parameters.length} arguments, ${args.length} were given`,
      );
    }
    if (used.has('kwargs')) frame.set('kwargs', new Map<Value, Value>(rest));
    else if (rest.size > 0) {
      const [unknown] = rest.keys();
      const names = parameters.map((parameter) => parameter.name);
      throw new Fault(`'${macro}' has no argument '${unknown}'`, nearestName(unknown!, names));
    }
  }
}

export function macroValue(code: MacroCode, frame: Frame): Value {
  return asValue(new Macro(code, frame));
}
