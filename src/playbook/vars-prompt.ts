import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { isVariableName, readBoolean, readText, refuse, type Written } from './keyword-values.ts';
import { varsPromptKeywords, varsPromptUnsupported } from './keywords.ts';
import { placeOf, placeOfKey, placeOfValue } from './places.ts';
import type { VarsPrompt } from './play.ts';

/** Reads the questions that a play asks at its start. */
export function readVarsPrompt(entry: Written | undefined): VarsPrompt[] {
  if (!entry || entry.value === null) return [];
  const items = Array.isArray(entry.value) ? entry.value : [entry.value];
  return items.flatMap((item, index) => {
    const at = placeOfValue(entry.value, index, entry.at);
    if (item instanceof Map) return readPrompt(item, { ...entry, at }) ?? [];
    refuse({ ...entry, value: item, at }, 'a list of mappings with `name` and `prompt`');
    return [];
  });
}

function readPrompt(mapping: Mapping, entry: Written): VarsPrompt | undefined {
  const at = placeOf(mapping, entry.at);
  checkKeys(mapping, entry);
  const name = mapping.get('name');
  if (typeof name !== 'string' || !isVariableName(name)) {
    return refuse(
      { ...entry, keyword: 'name', value: name ?? null, at },
      'the name of the variable that takes the answer',
    );
  }
  const field = (keyword: string): Written | undefined => {
    const value: Value | undefined = mapping.get(keyword);
    if (value === undefined) return undefined;
    return { ...entry, keyword, value, at: placeOfValue(mapping, keyword, at) };
  };
  const text = (keyword: string) => {
    const found = field(keyword);
    return found && readText(found);
  };
  const flag = (keyword: string) => {
    const found = field(keyword);
    return found && readBoolean(found);
  };
  return {
    name,
    prompt: text('prompt') ?? name,
    default: text('default'),
    private: flag('private') !== false,
    confirm: flag('confirm') === true,
    at,
  };
}

function checkKeys(mapping: Mapping, entry: Written): void {
  for (const key of mapping.keys()) {
    if (typeof key === 'string' && varsPromptKeywords.has(key)) continue;
    const at = placeOfKey(mapping, key, entry.at);
    const known = typeof key === 'string' && varsPromptUnsupported.has(key);
    entry.loading.report({
      code: known ? 'unsupported-keyword' : 'unknown-keyword',
      message: `'${String(key)}' of vars_prompt ${known ? 'is not supported' : 'is no keyword'}`,
      at,
      nearest: known ? undefined : nearestName(String(key), varsPromptKeywords),
      hint: known ? 'Use the password_hash filter where the answer is used.' : undefined,
    });
  }
}
