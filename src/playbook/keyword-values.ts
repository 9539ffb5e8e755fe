import type { SourcePosition } from '../errors.ts';
import { Float, type Mapping, Unsafe, type Value, Vaulted } from '../values.ts';
import type { Loading } from './loading.ts';
import { kindOf, mergeMappings, placeOfValue, showValue } from './places.ts';
import type { Condition } from './play.ts';

/** A keyword as it stands in a file: the mapping it is in, its name, where its value begins. */
export interface Written {
  readonly loading: Loading;
  readonly keyword: string;
  readonly value: Value;
  readonly at: SourcePosition;
}

export function isTemplate(value: Value): boolean {
  return typeof value === 'string' && /\{\{|\{%|\{#/.test(value);
}

export function isText(value: Value): boolean {
  return typeof value === 'string' || value instanceof Unsafe || value instanceof Vaulted;
}

/** Reports that a keyword has a value of the wrong type. */
export function refuse(written: Written, expected: string): undefined {
  written.loading.report({
    code: 'invalid-keyword',
    message: `'${written.keyword}' is ${showValue(written.value)}`,
    at: written.at,
    expected,
  });
  return undefined;
}

/** A literal string; numbers and booleans are taken as their text. */
export function readText(written: Written): string | undefined {
  const { value } = written;
  if (typeof value === 'string') return value;
  if (value === null) return undefined;
  if (isScalar(value)) return scalarText(value);
  return refuse(written, 'a string');
}

/** A string, or a template that gives one. */
export function readString(written: Written): Value | undefined {
  const { value } = written;
  if (value === null) return undefined;
  if (isText(value)) return value;
  if (isScalar(value)) return scalarText(value);
  return refuse(written, 'a string');
}

/** A boolean, or a template or word that gives one. */
export function readBoolean(written: Written): Value | undefined {
  const { value } = written;
  if (value === null) return undefined;
  if (typeof value === 'boolean' || isTemplate(value)) return value;
  const word = typeof value === 'string' ? value.toLowerCase().trim() : value;
  if (trueWords.has(word)) return true;
  if (falseWords.has(word)) return false;
  return refuse(written, 'true, false or a template');
}

/** A number, or a template or text that gives one. */
export function readNumber(written: Written, whole: boolean): Value | undefined {
  const { value } = written;
  if (value === null) return undefined;
  if (isTemplate(value)) return value;
  const text = written.keyword === 'max_fail_percentage' ? stripPercent(value) : value;
  const number =
    text instanceof Float ? text.value : typeof text === 'string' ? asNumber(text) : text;
  if (
    typeof number === 'number' &&
    Number.isFinite(number) &&
    (!whole || Number.isInteger(number))
  ) {
    return number;
  }
  return refuse(written, `${whole ? 'a whole number' : 'a number'} or a template`);
}

/** Bare expressions: a string, a boolean, or a list of them. */
export function readConditions(written: Written): Condition[] | undefined {
  const { value, at } = written;
  if (value === null || value === '') return [];
  if (!Array.isArray(value)) {
    const source = conditionSource(value);
    return source === undefined
      ? refuse(written, 'an expression, or a list of expressions')
      : [{ source, at }];
  }
  return value.flatMap((item, index) => {
    const source = conditionSource(item);
    const itemAt = placeOfValue(value, index, at);
    if (source !== undefined) return [{ source, at: itemAt }];
    refuse({ ...written, value: item, at: itemAt }, 'an expression in each entry of the list');
    return [];
  });
}

/** Names as a comma-separated string or a list of such strings. */
export function readTags(written: Written): string[] | undefined {
  const { value } = written;
  if (value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  const tags: string[] = [];
  for (const item of items) {
    if (typeof item !== 'string' && typeof item !== 'number') {
      return refuse(written, 'a comma-separated string or a list of strings');
    }
    for (const part of String(item).split(',')) {
      const tag = part.trim();
      if (tag !== '' && !tags.includes(tag)) tags.push(tag);
    }
  }
  return tags;
}

/** One string or a list of strings, each of which may be a template; a template may give the list. */
export function readNames(written: Written): Value[] | undefined {
  const { value } = written;
  if (value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  if (items.every((item) => isText(item) || isScalar(item))) {
    return items.map((item) => (isText(item) ? item : scalarText(item)));
  }
  return refuse(written, 'a string or a list of strings');
}

/** Variables: a mapping whose keys are names. A list of mappings is merged, as older playbooks have it. */
export function readVars(written: Written): Mapping | undefined {
  const { at, loading } = written;
  const value = mergedList(written.value);
  if (value === null) return undefined;
  if (!(value instanceof Map)) return refuse(written, 'a mapping of names to values');
  for (const name of value.keys()) {
    if (typeof name === 'string' && isVariableName(name)) continue;
    loading.report({
      code: 'invalid-keyword',
      message: `${showValue(name)} in '${written.keyword}' is not a valid variable name`,
      at: placeOfValue(value, name, at),
      expected: 'letters, digits and underscores, not beginning with a digit, no Python keyword',
    });
  }
  return value;
}

/** A mapping, a template that gives one, or a list of those; the list is what it becomes. */
export function readEnvironment(written: Written): Value[] | undefined {
  const { value } = written;
  if (value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  if (items.every((item) => item instanceof Map || isTemplate(item) || item === null)) {
    return items.filter((item) => item !== null);
  }
  return refuse(written, 'a mapping, a template that gives one, or a list of those');
}

function mergedList(value: Value): Value {
  if (!Array.isArray(value) || value.length === 0) return value;
  return value.every((item) => item instanceof Map) ? mergeMappings(value) : value;
}

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !pythonKeywords.has(name);
}

function conditionSource(value: Value): string | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function isScalar(value: Value): boolean {
  return typeof value === 'boolean' || typeof value === 'number' || value instanceof Float;
}

function scalarText(value: Value): string {
  if (value instanceof Float) return value.value.toFixed(1);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? kindOf(value) : String(value);
}

function stripPercent(value: Value): Value {
  return typeof value === 'string' ? value.replace(/%$/, '') : value;
}

function asNumber(text: string): number | undefined {
  return /^[-+]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

const trueWords = new Set<Value>(['true', 'yes', 'on', 'y', 't', '1', 1]);
const falseWords = new Set<Value>(['false', 'no', 'off', 'n', 'f', '0', 0]);
const pythonKeywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);
