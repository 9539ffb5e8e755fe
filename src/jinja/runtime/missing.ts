import { Undefined, type Value } from '../../values.ts';

/** The Undefined for an attribute or item that a value does not have. */
export class MissingKey extends Undefined {
  readonly key: string;
  private readonly container: Value;

  constructor(path: string, key: string, container: Value) {
    super(path);
    this.key = key;
    this.container = container;
  }

  /** The keys that the value does have. */
  get keys(): string[] {
    return this.container instanceof Map ? [...this.container.keys()].map(String) : [];
  }
}
