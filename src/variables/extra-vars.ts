import { RolecallError, type SourcePosition } from '../errors.ts';
import { type Decrypt, loadVarsFile } from '../inventory/vars-files.ts';
import { splitArguments } from '../playbook/split-arguments.ts';
import type { Mapping, Value } from '../values.ts';
import { loadYaml } from '../yaml/load.ts';
import { recordPositions } from '../yaml/positions.ts';
import { carrySecret } from '../yaml/secrets.ts';

/**
 * The values of repeated -e options, later ones win: `k=v k2="v 2"` (always text), a JSON or YAML
 * mapping, or `@file`. Throws `option-invalid` for anything else.
 *
 * @example parseExtraVars(['port=80', '{"tls": true}'], decrypt) // Map { 'port' => '80', 'tls' => true }
 */
export function parseExtraVars(texts: readonly string[], decrypt: Decrypt): Mapping {
  const all: Mapping = new Map();
  const places = new Map<Value | number, SourcePosition>();
  for (const text of texts) {
    const at = { file: `-e ${text}`, line: 1, column: 1 };
    const one = parseOne(text.trim(), at, decrypt);
    for (const [key, value] of one) {
      all.set(key, value);
      carrySecret(one, key, all);
      places.set(key, at);
    }
  }
  const self = { file: '-e', line: 1, column: 1 };
  recordPositions(all, { self, keys: places, values: places });
  return all;
}

/**
 * What the texts of -e options name: files, and variables that are given with their values.
 *
 * @example namesOfExtraVars(['@vars.yml', 'port=80']) // { files: ['vars.yml'], variables: ['port'] }
 */
export function namesOfExtraVars(texts: readonly string[]): {
  readonly files: readonly string[];
  readonly variables: readonly string[];
} {
  const isFile = (text: string) => text.trim().startsWith('@');
  const given = parseExtraVars(
    texts.filter((text) => !isFile(text)),
    (_text, at) => {
      throw invalid(at.file, at);
    },
  );
  return {
    files: texts.filter(isFile).map((text) => text.trim().slice(1)),
    variables: [...given.keys()].map(String),
  };
}

function parseOne(text: string, at: SourcePosition, decrypt: Decrypt): Mapping {
  if (text === '') return new Map();
  if (text.startsWith('@')) return loadVarsFile(text.slice(1), decrypt).values;
  if (/^[{[]/.test(text) || /^[^\s=]+:\s/.test(text)) {
    const value = loadYaml(text, at.file);
    if (value instanceof Map) return value;
    throw invalid(text, at);
  }
  const { pairs, free, unbalanced } = splitArguments(text);
  if (unbalanced) throw invalid(text, at, 'a quote or template brace stays open');
  if (free !== '') throw invalid(text, at, `'${free}' is no assignment`);
  return new Map<Value, Value>(pairs);
}

function invalid(text: string, at: SourcePosition, why?: string): RolecallError {
  return new RolecallError({
    code: 'option-invalid',
    message: `-e '${text}' cannot be read${why ? `: ${why}` : ''}`,
    at,
    expected: 'key=value, a JSON or YAML mapping, or @file',
  });
}
