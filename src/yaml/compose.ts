import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Problem, SourcePosition } from '../errors.ts';
import { Float, type Mapping, Unsafe, type Value, Vaulted } from '../values.ts';
import type { Locate } from './guard.ts';
import { recordPositions } from './positions.ts';
import { asFloat, readFloat, readInteger, resolvePlainScalar } from './scalars.ts';

/** How many values a document may stand for once its aliases are written out. */
const maxExpandedValues = 1_000_000;

/**
 * Turns the nodes of one document into values with positions, as Ansible's loader does: merge keys,
 * shared anchors, `!vault` and `!unsafe`. What is wrong is added to `problems`; the value is then unusable.
 */
export function composeValue(
  root: Node | null,
  locate: Locate,
  text: string,
  problems: Problem[],
): Value {
  return new Composer(locate, text, problems).value(root, false);
}

interface Anchored {
  readonly value: Value;
  readonly size: number;
}

class Composer {
  private readonly anchors = new Map<string, Anchored | 'open'>();
  private readonly locate: Locate;
  private readonly text: string;
  private readonly problems: Problem[];
  /** Values made so far, those behind aliases counted each time they are mentioned. */
  private made = 0;
  private refused = false;

  constructor(locate: Locate, text: string, problems: Problem[]) {
    this.locate = locate;
    this.text = text;
    this.problems = problems;
  }

  value(node: Node | null, unsafe: boolean): Value {
    this.made++;
    if (!node) return null;
    if (isAlias(node)) return this.alias(node);
    const before = this.made;
    if (node.anchor) this.anchors.set(node.anchor, 'open');
    const value = this.tagged(node as Scalar | YAMLMap | YAMLSeq, unsafe);
    if (node.anchor) this.anchors.set(node.anchor, { value, size: this.made - before + 1 });
    return value;
  }

  private alias(node: Alias): Value {
    const anchored = this.anchors.get(node.source);
    if (anchored === undefined) {
      this.report(node, `alias *${node.source} names no anchor before it`);
      return null;
    }
    if (anchored === 'open') {
      this.report(node, `alias *${node.source} is part of what it stands for`);
      return null;
    }
    this.made += anchored.size;
    if (this.made > maxExpandedValues && !this.refused) {
      this.refused = true;
      this.report(node, `aliases expand to more than ${maxExpandedValues} values`);
    }
    return anchored.value;
  }

  private tagged(node: Scalar | YAMLMap | YAMLSeq, unsafe: boolean): Value {
    const tag = node.tag?.replace('tag:yaml.org,2002:', '!!');
    if (tag === '!unsafe') return this.untagged(node, true);
    if (isScalar(node)) return this.scalar(node, tag, unsafe);
    const own = isMap(node) ? '!!map' : '!!seq';
    if (tag !== undefined && tag !== own && tag !== '!') this.unknownTag(node, tag);
    return this.untagged(node, unsafe);
  }

  private untagged(node: Scalar | YAMLMap | YAMLSeq, unsafe: boolean): Value {
    if (isMap(node)) return this.mapping(node, unsafe);
    if (!isScalar(node)) return this.sequence(node, unsafe);
    if (unsafe) return new Unsafe(this.textOf(node));
    return node.type === 'PLAIN' ? resolvePlainScalar(this.textOf(node)) : this.textOf(node);
  }

  private scalar(node: Scalar, tag: string | undefined, unsafe: boolean): Value {
    const text = this.textOf(node);
    if (tag === undefined) return this.untagged(node, unsafe);
    if (tag === '!vault' || tag === '!vault-encrypted') return this.vaulted(node, text);
    if (tag === '!!str' || tag === '!') return unsafe ? new Unsafe(text) : text;
    const read = coreTags[tag];
    if (!read) {
      this.unknownTag(node, tag);
      return null;
    }
    const value = read(text);
    if (value === undefined) this.report(node, `'${text}' is not what its tag ${tag} says`);
    return value ?? null;
  }

  /** A block that ends with the file ends without a newline if the file does, as in PyYAML. */
  private textOf(node: Scalar): string {
    const value = String(node.value ?? '');
    const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    const cut = block && value.endsWith('\n') && !this.text.endsWith('\n');
    return cut && node.range![1] >= this.text.length ? value.slice(0, -1) : value;
  }

  private vaulted(node: Scalar, text: string): Value {
    if (!text.trimStart().startsWith('$ANSIBLE_VAULT;')) {
      this.report(node, '!vault stands before text that is not encrypted', {
        expected: 'a block that begins with $ANSIBLE_VAULT;1.1;AES256, as ansible-vault prints it',
      });
    }
    return new Vaulted(text, this.at(node));
  }

  private sequence(node: YAMLSeq, unsafe: boolean): Value {
    const list: Value[] = [];
    const places = new Map<Value | number, SourcePosition>();
    for (const item of node.items as (Node | Pair)[]) {
      const child = 'key' in item ? pairAsMap(item) : item;
      places.set(list.length, child?.range ? this.at(child) : this.at(node));
      list.push(child ? this.value(child, unsafe) : null);
    }
    recordPositions(list, { self: this.at(node), keys: places, values: places });
    return list;
  }

  private mapping(node: YAMLMap, unsafe: boolean): Value {
    const map: Mapping = new Map();
    const keys = new Map<Value | number, SourcePosition>();
    const values = new Map<Value | number, SourcePosition>();
    const own = new Set<Value>();
    recordPositions(map, { self: this.at(node), keys, values });
    const pairs = node.items as Pair<Node | null, Node | null>[];
    for (const pair of pairs) {
      if (isMergeKey(pair.key)) this.merge(map, this.value(pair.value, unsafe), pair, keys, values);
    }
    for (const pair of pairs) {
      if (isMergeKey(pair.key)) continue;
      const key = this.key(node, pair.key);
      if (key === undefined) continue;
      const at = pair.key ? this.at(pair.key) : this.at(node);
      if (own.has(key)) {
        const first = keys.get(key)!;
        this.reportAt(at, `key '${String(key)}' is already given on line ${first.line}`);
        continue;
      }
      own.add(key);
      keys.set(key, at);
      values.set(key, pair.value?.range ? this.at(pair.value) : at);
      map.set(key, this.value(pair.value, unsafe));
    }
    return map;
  }

  /** Explicit keys win over merged ones, earlier merged mappings over later ones. */
  private merge(
    into: Mapping,
    source: Value,
    pair: Pair<Node | null, Node | null>,
    keys: Map<Value | number, SourcePosition>,
    values: Map<Value | number, SourcePosition>,
  ): void {
    const parts = Array.isArray(source) ? source.toReversed() : [source];
    for (const part of parts) {
      if (!(part instanceof Map)) {
        this.report(pair.key!, "the merge key '<<' needs a mapping or a list of mappings");
        return;
      }
      for (const [key, value] of part) {
        into.set(key, value);
        const at = this.at(pair.value ?? pair.key!);
        keys.set(key, at);
        values.set(key, at);
      }
    }
  }

  private key(parent: YAMLMap, node: Node | null): Value | undefined {
    if (isMap(node) || (node && !isScalar(node) && !isAlias(node))) {
      const braces = isMap(node) && node.flow && parent.flow;
      this.report(
        braces ? parent : node,
        braces ? 'a value that begins with {{ must be quoted' : 'a list or mapping cannot be a key',
        braces ? { hint: 'Write key: "{{ name }}"; a bare { begins a mapping in YAML.' } : {},
      );
      return undefined;
    }
    const value = this.value(node, false);
    if (value instanceof Float) return value.value;
    if (value instanceof Unsafe) return value.text;
    if (value !== null && typeof value === 'object') {
      this.report(node!, 'a key must be plain text or a number');
      return undefined;
    }
    return value;
  }

  private unknownTag(node: Node, tag: string): void {
    this.report(node, `tag ${tag} is not known`, { expected: '!vault or !unsafe' });
  }

  private at(node: Node): SourcePosition {
    return this.locate(node.range?.[0] ?? 0);
  }

  private report(node: Node, message: string, more: Partial<Problem> = {}): void {
    this.reportAt(this.at(node), message, more);
  }

  private reportAt(at: SourcePosition, message: string, more: Partial<Problem> = {}): void {
    this.problems.push({ code: 'yaml-syntax', message, at, ...more });
  }
}

const coreTags: { readonly [tag: string]: (text: string) => Value | undefined } = {
  '!!null': () => null,
  '!!bool': (text) => {
    const value = resolvePlainScalar(text);
    return typeof value === 'boolean' ? value : undefined;
  },
  '!!int': readInteger,
  '!!float': (text) => {
    const whole = readInteger(text);
    return typeof whole === 'number' ? asFloat(whole) : readFloat(text);
  },
  '!!timestamp': (text) => text,
};

function isMergeKey(key: Node | null): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined;
}

/** `[a: b]` holds a mapping with one pair. */
function pairAsMap(pair: Pair): Node | null {
  const key = pair.key as Node | null;
  const map = new YAMLMap();
  map.items.push(pair);
  map.flow = true;
  if (key?.range) map.range = key.range;
  return map;
}
