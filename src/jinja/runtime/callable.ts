import type { Value } from '../../values.ts';
import { PythonObject } from '../python/objects.ts';
import { applyDefinition, type Definition } from './definition.ts';
import type { Machine } from './machine.ts';

/** A value that templates can call. */
export abstract class Callable extends PythonObject {
  readonly typeName: string = 'function';
  abstract readonly name: string;
  abstract invoke(
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    machine: Machine,
  ): Value;
  override text(): string {
    return `<${this.typeName} ${this.name}>`;
  }
}

/** A definition with its first argument fixed: a method of a value, or a global function. */
export class BoundFunction extends Callable {
  readonly name: string;
  private readonly definition: Definition;
  private readonly self: Value;

  constructor(name: string, definition: Definition, self: Value = null) {
    super();
    this.name = name;
    this.definition = definition;
    this.self = self;
  }

  invoke(args: readonly Value[], named: ReadonlyMap<string, Value>, machine: Machine): Value {
    return applyDefinition(this.name, this.definition, this.self, args, named, machine);
  }
}

/** A function of the running template: `super()`, `caller()`, `loop()`. */
export class NativeFunction extends Callable {
  readonly name: string;
  private readonly run: (args: readonly Value[], named: ReadonlyMap<string, Value>) => Value;

  constructor(
    name: string,
    run: (args: readonly Value[], named: ReadonlyMap<string, Value>) => Value,
  ) {
    super();
    this.name = name;
    this.run = run;
  }

  invoke(args: readonly Value[], named: ReadonlyMap<string, Value>): Value {
    return this.run(args, named);
  }
}
