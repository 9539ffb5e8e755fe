import { nearestName } from '../../errors.ts';
import type { Value } from '../../values.ts';
import type { Environment } from '../environment.ts';
import { filters } from '../filters/table.ts';
import { truth } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { asObject, asValue, typeName } from '../python/objects.ts';
import { tests } from '../tests/table.ts';
import { BoundFunction, Callable } from './callable.ts';
import { copyPlain } from './copies.ts';
import { applyDefinition, type Definition, shortName } from './definition.ts';
import { globals } from './globals.ts';
import type { Machine } from './machine.ts';
import type { CompiledTemplate } from './template.ts';

const maximumSteps = 5_000_000;
const maximumDepth = 120;
const maximumSeconds = 30;
const stepsPerLook = 10_000;

export type LoadTemplate = (name: string, from: string) => CompiledTemplate;

/** The state of one evaluation: its limits, and what it has fetched from the scope. */
export class Runtime implements Machine {
  readonly environment: Environment;
  readonly load: LoadTemplate;
  private steps = 0;
  private nextLook = stepsPerLook;
  private deadline: number | undefined;
  private readonly active: string[] = [];
  private readonly copies = new Map<string, Value>();

  constructor(environment: Environment, load: LoadTemplate) {
    this.environment = environment;
    this.load = load;
  }

  step(count = 1): void {
    this.steps += count;
    if (this.steps >= this.nextLook) this.checkTime();
    if (this.steps > maximumSteps) {
      throw new Fault(`the template did not end within ${maximumSteps.toLocaleString('en')} steps`);
    }
  }

  /** Runs `body` as part of what `name` names; refuses endless recursion and says through what. */
  within<T>(name: string, body: () => T): T {
    this.step();
    if (this.active.length >= maximumDepth) {
      const cycle = [...new Set(this.active.slice(-20))].join(' → ');
      throw new Fault(`endless recursion: ${cycle} → ${name}`);
    }
    this.active.push(name);
    try {
      return body();
    } finally {
      this.active.pop();
    }
  }

  /** The clock starts with the first look at it, so that small templates never do. */
  private checkTime(): void {
    this.nextLook = this.steps + stepsPerLook;
    this.deadline ??= performance.now() + maximumSeconds * 1000;
    if (performance.now() > this.deadline) {
      throw new Fault(`the template did not end within ${maximumSeconds} s`);
    }
  }

  /** A variable of the scope, or a global function. */
  variable(name: string, mutable: boolean): Value | undefined {
    const copy = this.copies.get(name);
    if (copy !== undefined) return copy;
    const value = this.environment.scope.get(name);
    if (value === undefined) return this.global(name);
    if (!mutable) return value;
    const owned = copyPlain(value);
    this.copies.set(name, owned);
    return owned;
  }

  global(name: string): Value | undefined {
    const definition = globals.get(name);
    return definition && asValue(new BoundFunction(name, definition));
  }

  filter(
    name: string,
    input: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
  ): Value {
    return applyDefinition(name, this.findFilter(name), input, args, named, this);
  }

  test(
    name: string,
    input: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
  ): boolean {
    return truth(applyDefinition(name, this.findTest(name), input, args, named, this));
  }

  call(target: Value, args: readonly Value[], named: ReadonlyMap<string, Value>): Value {
    used(target);
    const callable = asObject(target);
    if (!(callable instanceof Callable)) throw new Fault(`${typeName(target)} cannot be called`);
    return callable.invoke(args, named, this);
  }

  findFilter(name: string): Definition {
    const found = filters.get(shortName(name));
    if (found) return found;
    throw new Fault(
      `there is no filter '${name}'`,
      nearestName(name, filters.keys()),
      'template-syntax',
    );
  }

  findTest(name: string): Definition {
    const found = tests.get(shortName(name));
    if (found) return found;
    throw new Fault(
      `there is no test '${name}'`,
      nearestName(name, tests.keys()),
      'template-syntax',
    );
  }
}
