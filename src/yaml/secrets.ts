import type { Mapping, Value } from '../values.ts';

/**
 * Which keys of a mapping came out of an encrypted file: the text under them is secret. It is noted
 * beside the mapping, like positions, so that the values stay what they are.
 */
const secretKeys = new WeakMap<ReadonlyMap<Value, Value>, Set<Value>>();

/** Notes that these keys, all of them when none are named, are secret. */
export function markSecret(mapping: Mapping, keys: Iterable<Value> = mapping.keys()): void {
  const known = secretKeys.get(mapping) ?? new Set();
  secretKeys.set(mapping, known);
  for (const key of keys) known.add(key);
}

/** For whoever copies a key from one mapping to another, or puts a mapping below a key. */
export function carrySecret(from: Mapping, key: Value, into: Mapping): void {
  if (isSecretKey(from, key)) markSecret(into, [key]);
}

export function isSecretKey(mapping: ReadonlyMap<Value, Value>, key: Value): boolean {
  return secretKeys.get(mapping)?.has(key) ?? false;
}

/** Whether anything below the mapping's keys is secret. */
export function holdsSecrets(mapping: ReadonlyMap<Value, Value>): boolean {
  return secretKeys.has(mapping);
}
