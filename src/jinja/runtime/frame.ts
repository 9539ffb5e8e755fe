import type { Value } from '../../values.ts';
import type { Context } from './context.ts';
import type { Runtime } from './runtime.ts';

/** Local names of one scope; a lookup goes outwards, at last to the variables of the run. */
export class Frame {
  readonly runtime: Runtime;
  readonly context: Context;
  readonly parent: Frame | undefined;
  private names: Map<string, Value> | undefined;

  constructor(context: Context, parent: Frame | undefined) {
    this.context = context;
    this.runtime = context.runtime;
    this.parent = parent;
  }

  child(): Frame {
    return new Frame(this.context, this);
  }

  /** The value of a name, or undefined. `mutable` asks for a copy that the template may change. */
  get(name: string, mutable: boolean): Value | undefined {
    let frame: Frame | undefined = this;
    while (frame) {
      const value = frame.names?.get(name);
      if (value !== undefined) return value;
      frame = frame.parent;
    }
    return this.context.withVariables
      ? this.runtime.variable(name, mutable)
      : this.runtime.global(name);
  }

  set(name: string, value: Value): void {
    this.names ??= new Map();
    this.names.set(name, value);
  }

  entries(): Iterable<[string, Value]> {
    return this.names ?? [];
  }

  /** Every local name in reach, for suggestions. */
  *visibleNames(): Iterable<string> {
    let frame: Frame | undefined = this;
    while (frame) {
      if (frame.names) yield* frame.names.keys();
      frame = frame.parent;
    }
    if (this.context.withVariables) yield* this.runtime.environment.scope.names();
  }
}
