import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { Float, type Mapping, type Value } from '../../values.ts';
import { setKey } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { readsAsOther } from './yaml-scalar.ts';

const maximumNodes = 1_000_000;

/** A YAML 1.1 text, as PyYAML reads it, as a value. */
export function parseYaml(source: string): Value {
  return parseYamlDocuments(source)[0] ?? null;
}

export function parseYamlDocuments(source: string): Value[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(source, {
    version: '1.1',
    logLevel: 'silent',
    uniqueKeys: false,
    lineCounter: counter,
    keepSourceTokens: false,
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) {
      const place = counter.linePos(error.pos[0]);
      throw new Fault(
        `this is not YAML: ${error.message.split('\n')[0]} (line ${place.line} of the text)`,
      );
    }
    const state = { left: maximumNodes };
    const convert = (node: Node | null): Value => {
      if (--state.left < 0) throw new Fault('this YAML grows beyond reason through its aliases');
      if (isAlias(node)) return convert((node.resolve(document) as Node | undefined) ?? null);
      if (isSeq(node)) return node.items.map((item) => convert(item as Node));
      if (isMap(node)) return mapping(node.items as { key: Node; value: Node | null }[], convert);
      return isScalar(node) ? scalar(node.value, node.source) : null;
    };
    return convert(document.contents as Node | null);
  });
}

function mapping(
  items: readonly { key: Node; value: Node | null }[],
  convert: (node: Node | null) => Value,
): Mapping {
  const result: Mapping = new Map();
  const own = items.filter((item) => !isMerge(item.key));
  for (const { value } of items.filter((item) => isMerge(item.key))) {
    const merged = convert(value);
    for (const source of Array.isArray(merged) ? merged : [merged]) {
      if (!(source instanceof Map)) continue;
      for (const [key, item] of source) if (!result.has(key)) result.set(key, item);
    }
  }
  for (const { key, value } of own) setKey(result, convert(key), convert(value));
  return result;
}

function isMerge(key: Node): boolean {
  return isScalar(key) && (key.source === '<<' || typeof key.value === 'symbol');
}

function scalar(value: unknown, source: string | undefined): Value {
  if (typeof value === 'number') {
    // What PyYAML does not take for a number, such as 1e3, is text.
    if (source !== undefined && !readsAsOther(source)) return source;
    const isFloat =
      Number.isInteger(value) && /[.eE]/.test(source ?? '') && !/^0x/i.test(source ?? '');
    return isFloat ? new Float(value) : value;
  }
  if (typeof value === 'bigint') return Number(value);
  if (value === null || value === undefined) return null;
  // PyYAML leaves single letters alone.
  if (typeof value === 'boolean') return source && /^[yYnN]$/.test(source) ? source : value;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return source ?? value.toISOString();
  return source ?? String(value);
}
