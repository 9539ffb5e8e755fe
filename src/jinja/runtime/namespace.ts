import type { Value } from '../../values.ts';
import { PythonObject } from '../python/objects.ts';
import { repr } from '../python/text.ts';

/** `namespace(a=1)`: the only object whose attributes templates can set. */
export class Namespace extends PythonObject {
  readonly typeName = 'Namespace';
  readonly values: Map<string, Value>;

  constructor(values: Map<string, Value>) {
    super();
    this.values = values;
  }

  override attribute(name: string): Value | undefined {
    return this.values.get(name);
  }

  override text(): string {
    return `<Namespace ${repr(new Map<Value, Value>(this.values))}>`;
  }
}
