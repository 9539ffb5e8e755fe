import { createHash } from 'node:crypto';

/**
 * One text for each value: mappings in the order of their keys, whatever they are made of; bytes by their
 * digest. Functions are left out.
 *
 * @example canonical({ b: 1, a: new Map([['x', Buffer.from('hi')]]) }) // '{"a":{"x":"bytes 8f43…"},"b":1}'
 */
export function canonical(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
    case 'boolean':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return ofObject(value);
    default:
      return 'null';
  }
}

function ofObject(value: object): string {
  if (value instanceof Uint8Array) return `"bytes ${digestOf(value)}"`;
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Set) return `[${[...value].map(canonical).sort().join(',')}]`;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const parts = entries
    .filter(([, item]) => item !== undefined && typeof item !== 'function')
    .map(([key, item]) => `${JSON.stringify(String(key))}:${canonical(item)}`);
  return `{${parts.sort().join(',')}}`;
}

/** The content of one file goes to many hosts. */
const digests = new WeakMap<Uint8Array, string>();

function digestOf(bytes: Uint8Array): string {
  let digest = digests.get(bytes);
  if (digest === undefined) {
    digest = createHash('sha256').update(bytes).digest('hex');
    digests.set(bytes, digest);
  }
  return digest;
}
