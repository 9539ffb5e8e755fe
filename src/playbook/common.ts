import type { SourcePosition } from '../errors.ts';
import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import {
  isTemplate,
  readBoolean,
  readConditions,
  readEnvironment,
  readNames,
  readNumber,
  readString,
  readTags,
  readText,
  readVars,
  refuse,
  type Written,
} from './keyword-values.ts';
import { type Keyword, keywords, type Level, propertyOf, replacedKeywords } from './keywords.ts';
import type { Loading } from './loading.ts';
import { readModuleDefaults } from './module-defaults.ts';
import { placeOf, placeOfKey, placeOfValue, showValue } from './places.ts';
import type { Common } from './play.ts';
import type { Scope } from './scope.ts';
import { fillIn, staticVariable } from './static-names.ts';
import { checkKeywordTemplates } from './templates.ts';

/** What was read of a mapping's keywords: properties of `Common` and of the level's own table. */
export type ReadKeywords = Common & { readonly [property: string]: unknown };

/**
 * Reads the keywords of one play, role entry, block or task that a table can describe; those of type
 * `own` are left to the caller. Effective tags are the node's own and those of all that encloses it.
 */
export function readKeywords(mapping: Mapping, level: Level, scope: Scope): ReadKeywords {
  const { loading } = scope;
  const at = placeOf(mapping, scope.at);
  const properties: { [property: string]: unknown } = {};
  checkKeywordTemplates(mapping, at, scope);
  for (const [key, value] of mapping) {
    const keyword = typeof key === 'string' ? keywords[level][key] : undefined;
    if (!keyword || !Object.hasOwn(keywords[level], key as string)) continue;
    const name = key as string;
    if (keyword.unsupported) {
      reportUnsupported(loading, level, name, keyword, placeOfKey(mapping, key, at));
      continue;
    }
    const written = { loading, keyword: name, value, at: placeOfValue(mapping, key, at) };
    const read = readTyped(written, keyword);
    if (read !== undefined) properties[propertyOf(name)] = read;
  }
  const own = staticTags(properties, mapping, scope);
  return {
    when: [],
    environment: [],
    moduleDefaults: [],
    ...properties,
    at,
    tags: [...new Set([...scope.tags, ...own])],
  } as ReadKeywords;
}

/** Tags choose what runs before anything does, so that templates in them must be known by then. */
function staticTags(
  properties: { readonly [property: string]: unknown },
  mapping: Mapping,
  scope: Scope,
): string[] {
  const vars = properties.vars instanceof Map ? (properties.vars as Mapping) : undefined;
  return ((properties.tags as string[] | undefined) ?? []).flatMap((tag) => {
    const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(tag)?.[1];
    const list = name === undefined ? undefined : staticVariable(name, vars, scope);
    const filled = Array.isArray(list) ? list.join(',') : fillIn(tag, vars, scope);
    if (filled !== undefined && !isTemplate(filled)) return splitTags(filled);
    scope.loading.report({
      code: 'unsupported',
      message: `the tag '${tag}' is not known before anything runs`,
      at: placeOfValue(mapping, 'tags', scope.at),
      hint: 'Write the tag out, or use variables of the play or of -e.',
    });
    return [];
  });
}

function splitTags(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The keyword's value at its place, for the reading code of a level. */
export function written(mapping: Mapping, keyword: string, scope: Scope): Written | undefined {
  if (!mapping.has(keyword)) return undefined;
  const at = placeOfValue(mapping, keyword, scope.at);
  return { loading: scope.loading, keyword, value: mapping.get(keyword)!, at };
}

/** Reports a key that the level does not have, with the nearest name and the level where it belongs. */
export function reportUnknownKeyword(
  loading: Loading,
  level: Level,
  key: Value,
  at: SourcePosition,
): void {
  const valid = Object.keys(keywords[level]);
  if (typeof key !== 'string') {
    loading.report({
      code: 'unknown-keyword',
      message: `a ${level} has the key ${showValue(key)}, which is no keyword`,
      at,
    });
    return;
  }
  const replacement = Object.hasOwn(replacedKeywords, key) ? replacedKeywords[key] : undefined;
  const elsewhere = levelsOf(key);
  const hint = replacement
    ? `Write ${replacement}.`
    : elsewhere.length > 0
      ? `It belongs on a ${elsewhere.join(' or a ')}.`
      : undefined;
  loading.report({
    code: 'unknown-keyword',
    message: `'${key}' is no keyword of a ${level}`,
    at,
    nearest: hint ? undefined : nearestName(key, valid),
    hint,
  });
}

function reportUnsupported(
  loading: Loading,
  level: Level,
  name: string,
  keyword: Keyword,
  at: SourcePosition,
): void {
  loading.report({
    code: 'unsupported-keyword',
    message: `'${name}' of a ${level} is not supported`,
    at,
    hint: keyword.unsupported,
  });
}

function levelsOf(key: string): string[] {
  const levels: Level[] = ['play', 'block', 'task', 'handler'];
  return levels.filter((level) => Object.hasOwn(keywords[level], key));
}

function readTyped(written: Written, keyword: Keyword): unknown {
  switch (keyword.type) {
    case 'text':
      return readText(written);
    case 'string':
      return readString(written);
    case 'boolean':
      return readBoolean(written);
    case 'integer':
      return readNumber(written, true);
    case 'number':
      return readNumber(written, false);
    case 'conditions':
      return readConditions(written);
    case 'tags':
      return readTags(written);
    case 'names':
      return readNames(written);
    case 'strings':
      return readNames(written) ?? refuse(written, 'a list of strings');
    case 'vars':
      return readVars(written);
    case 'environment':
      return readEnvironment(written);
    case 'moduleDefaults':
      return readModuleDefaults(written);
    case 'own':
      return undefined;
  }
}
