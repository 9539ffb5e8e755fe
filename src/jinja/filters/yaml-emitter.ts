import { Float, type Mapping, type Value } from '../../values.ts';
import { compare } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { typeName } from '../python/objects.ts';
import { floatText, repr } from '../python/text.ts';
import { readsAsOther, type ScalarStyles, scalarStyles } from './yaml-scalar.ts';
import { YamlWriter } from './yaml-writer.ts';

export interface YamlStyle {
  /** Spaces per level. */
  readonly indent: number;
  /** Lines are folded at the first space beyond this column. */
  readonly width: number;
  readonly sortKeys: boolean;
  /** Which collections are written on one line: those without collections in them, all, or none. */
  readonly flow: 'leaves' | 'always' | 'never';
  readonly start: boolean;
  readonly end: boolean;
  /** `'` or `"`: quotes for every scalar. */
  readonly quoting: string;
}

/** A value as the YAML that PyYAML with libyaml would write. */
export function emitYaml(value: Value, style: YamlStyle): string {
  return new Emitter(style).document(value);
}

interface Place {
  readonly kind: 'root' | 'item' | 'value' | 'key' | 'flow';
}

class Emitter {
  private readonly style: YamlStyle;
  private readonly out: YamlWriter;
  private indent: number | undefined;
  private flowLevel = 0;

  constructor(style: YamlStyle) {
    this.style = style;
    this.out = new YamlWriter(style.width);
  }

  document(value: Value): string {
    if (this.style.start) this.out.indicator('---', true);
    this.node(value, { kind: 'root' });
    this.out.newline(0);
    if (this.style.end) {
      this.out.indicator('...', true);
      this.out.newline(0);
    }
    return this.out.toString();
  }

  private node(value: Value, place: Place): void {
    if (Array.isArray(value)) {
      if (this.isFlow(value, value.length === 0)) this.flowList(value);
      else this.blockList(value, place);
      return;
    }
    if (value instanceof Map) {
      if (this.isFlow([...value.keys(), ...value.values()], value.size === 0)) this.flowMap(value);
      else this.blockMap(value);
      return;
    }
    this.scalar(value, place);
  }

  private isFlow(children: readonly Value[], isEmpty: boolean): boolean {
    if (isEmpty || this.flowLevel > 0 || this.style.flow === 'always') return true;
    return (
      this.style.flow === 'leaves' &&
      children.every((child) => !(Array.isArray(child) || child instanceof Map))
    );
  }

  private indented(flow: boolean, body: () => void, indentless = false): void {
    const before = this.indent;
    if (before === undefined) this.indent = flow ? this.style.indent : 0;
    else if (!indentless) this.indent = before + this.style.indent;
    body();
    this.indent = before;
  }

  private blockList(items: readonly Value[], place: Place): void {
    // A list in a mapping is not indented, as its dashes set it off.
    const indentless = place.kind === 'value' && !this.out.indention;
    this.indented(
      false,
      () => {
        for (const item of items) {
          this.out.newline(this.indent ?? 0);
          this.out.indicator('-', true, true);
          this.node(item, { kind: 'item' });
        }
      },
      indentless,
    );
  }

  private blockMap(map: Mapping): void {
    this.indented(false, () => {
      for (const [key, value] of this.ordered(map)) {
        this.out.newline(this.indent ?? 0);
        if (this.isSimpleKey(key)) {
          this.node(key, { kind: 'key' });
          this.out.indicator(':', false);
        } else {
          this.out.indicator('?', true, true);
          this.node(key, { kind: 'item' });
          this.out.newline(this.indent ?? 0);
          this.out.indicator(':', true, true);
        }
        this.node(value, { kind: 'value' });
      }
    });
  }

  private flowList(items: readonly Value[]): void {
    this.flow('[', ']', items, (item) => this.node(item, { kind: 'flow' }));
  }

  private flowMap(map: Mapping): void {
    this.flow('{', '}', this.ordered(map), ([key, value]) => {
      this.node(key, { kind: 'key' });
      this.out.indicator(':', false);
      this.node(value, { kind: 'flow' });
    });
  }

  private flow<T>(
    open: string,
    close: string,
    items: readonly T[],
    write: (item: T) => void,
  ): void {
    this.out.indicator(open, true, false, true);
    this.flowLevel++;
    this.indented(true, () => {
      for (const [index, item] of items.entries()) {
        if (index > 0) this.out.indicator(',', false);
        if (this.out.column > this.style.width) this.out.newline(this.indent ?? 0);
        write(item);
      }
    });
    this.flowLevel--;
    this.out.indicator(close, false);
  }

  private scalar(value: Value, place: Place): void {
    const isText = typeof value === 'string';
    const text = isText ? value : scalarText(value);
    const styles = scalarStyles(text);
    const style = this.choose(text, isText, styles, place.kind === 'key');
    const continuation =
      this.indent === undefined ? this.style.indent : this.indent + this.style.indent;
    const split = place.kind !== 'key';
    if (style === '') this.out.plain(text, continuation, split);
    else if (style === "'") this.out.singleQuoted(text, continuation, split);
    else this.out.doubleQuoted(text, continuation, split);
  }

  private choose(
    text: string,
    isText: boolean,
    styles: ScalarStyles,
    isKey: boolean,
  ): '' | "'" | '"' {
    const { quoting } = this.style;
    if (quoting === '"') return '"';
    const needsQuotes =
      (isText && readsAsOther(text)) || (isKey && (text === '' || styles.multiline));
    const plain = this.flowLevel > 0 ? styles.plainInFlow : styles.plainInBlock;
    if (quoting === '' && !needsQuotes && plain) return '';
    return styles.singleQuoted && !(isKey && styles.multiline) ? "'" : '"';
  }

  private isSimpleKey(key: Value): boolean {
    if (Array.isArray(key)) return key.length === 0;
    if (key instanceof Map) return key.size === 0;
    const text = typeof key === 'string' ? key : scalarText(key);
    return Buffer.byteLength(text) <= 128 && !scalarStyles(text).multiline;
  }

  private ordered(map: Mapping): [Value, Value][] {
    const pairs = [...map];
    if (!this.style.sortKeys) return pairs;
    try {
      return pairs.sort(([a], [b]) => compare(a, b));
    } catch (error) {
      // Keys of different types have no order; they stay as they are.
      if (error instanceof Fault) return [...map];
      throw error;
    }
  }
}

function scalarText(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Float || (typeof value === 'number' && !Number.isInteger(value))) {
    const number = value instanceof Float ? value.value : value;
    if (Number.isNaN(number)) return '.nan';
    if (!Number.isFinite(number)) return number > 0 ? '.inf' : '-.inf';
    const text = floatText(number);
    return text.includes('.') ? text : text.replace('e', '.0e');
  }
  if (typeof value === 'number') return repr(value);
  used(value);
  if (typeName(value) === 'datetime') return repr(value);
  throw new Fault(`a ${typeName(value)} cannot be written as YAML`);
}
