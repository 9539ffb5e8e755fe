/** An IP address with the network it is in; `bits` is 32 or 128. */
export interface Address {
  readonly value: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
  /** False when the text had no `/prefix`. */
  readonly hasPrefix: boolean;
}

/** Reads `10.0.0.1`, `10.0.0.1/24`, `10.0.0.0/255.255.255.0` or IPv6; undefined when it is none of them. */
export function parseAddress(text: string): Address | undefined {
  const [host = '', suffix, ...rest] = text.trim().split('/');
  if (rest.length > 0) return undefined;
  const bits = host.includes(':') ? 128 : 32;
  const value = bits === 128 ? parseV6(host) : parseV4(host);
  if (value === undefined) return undefined;
  const prefix = suffix === undefined ? bits : parsePrefix(suffix, bits);
  return prefix === undefined
    ? undefined
    : { value, prefix, bits, hasPrefix: suffix !== undefined };
}

export function formatAddress(value: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const zeros = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)];
  const longest = zeros.sort((a, b) => b[0].length - a[0].length)[0];
  if (!longest) return groups.join(':');
  const joined = groups.join(':');
  const end = longest.index + longest[0].length;
  return `${joined.slice(0, longest.index)}::${joined.slice(end + 1)}`;
}

export function maskOf(prefix: number, bits: 32 | 128): bigint {
  const all = (1n << BigInt(bits)) - 1n;
  return all ^ ((1n << BigInt(bits - prefix)) - 1n);
}

export function networkOf({ value, prefix, bits }: Address): bigint {
  return value & maskOf(prefix, bits);
}

export function broadcastOf(address: Address): bigint {
  return networkOf(address) | ((1n << BigInt(address.bits - address.prefix)) - 1n);
}

/** Whether `inner` lies within `outer`. */
export function isWithin(inner: Address, outer: Address): boolean {
  if (inner.bits !== outer.bits || inner.prefix < outer.prefix) return false;
  return (inner.value & maskOf(outer.prefix, outer.bits)) === networkOf(outer);
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((total, part) => (total << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  let source = text;
  if (dotted) {
    const v4 = parseV4(dotted[2]!);
    if (v4 === undefined) return undefined;
    source = `${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((total, group) => (total << 16n) | BigInt(`0x${group}`), 0n);
}

function parsePrefix(text: string, bits: 32 | 128): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= bits ? Number(text) : undefined;
  const mask = bits === 32 ? parseV4(text) : parseV6(text);
  if (mask === undefined) return undefined;
  for (let prefix = 0; prefix <= bits; prefix++) if (maskOf(prefix, bits) === mask) return prefix;
  return undefined;
}
