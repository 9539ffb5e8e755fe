import { createHash, hash, randomInt } from 'node:crypto';
import { Fault } from '../python/faults.ts';

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface Method {
  readonly id: string;
  readonly algorithm: 'sha256' | 'sha512';
  readonly rounds: number;
  /** The order in which crypt(3) takes the bytes of the digest, three at a time. */
  readonly order: readonly (readonly number[])[];
}

const methods: Record<string, Method> = {
  sha512: { id: '6', algorithm: 'sha512', rounds: 656_000, order: rotatedOrder(64, 21, 22) },
  sha256: { id: '5', algorithm: 'sha256', rounds: 535_000, order: rotatedOrder(32, 10, 21) },
};

const known = new Map<string, string>();

/** The SHA-crypt hash of a password, as `/etc/shadow` holds it. Without a salt it is a random one. */
export function passwordHash(
  password: string,
  type: string,
  salt: string | undefined,
  rounds: number | undefined,
): string {
  const method = methods[type.replace('_crypt', '')];
  if (!method) throw new Fault(`the kind of password hash is sha512 or sha256, not '${type}'`);
  const seasoning = salt ?? randomSalt(16);
  if (!/^[./0-9A-Za-z]{1,16}$/.test(seasoning)) {
    throw new Fault(`the salt '${seasoning}' must be 1 to 16 letters, digits, dots or slashes`);
  }
  const count = rounds ?? method.rounds;
  if (!Number.isInteger(count) || count < 1000 || count > 9_999_999) {
    throw new Fault(`the rounds must be between 1000 and 9999999, not ${count}`);
  }
  const prefix = count === 5000 ? '' : `rounds=${count}$`;
  const start = `$${method.id}$${prefix}${seasoning}$`;
  // A hash takes about a second, and each host and each check may ask for it again.
  const key = createHash('sha256').update(`${start}${password}`).digest('hex');
  let result = salt === undefined ? undefined : known.get(key);
  result ??= shaCrypt(method, Buffer.from(password), Buffer.from(seasoning), count);
  if (known.size >= 500) known.clear();
  known.set(key, result);
  return start + result;
}

/** Ulrich Drepper's SHA-crypt, step by step as its specification numbers it. */
function shaCrypt(
  { algorithm, order }: Method,
  password: Buffer,
  salt: Buffer,
  rounds: number,
): string {
  const sha = (...parts: Uint8Array[]) => {
    const state = createHash(algorithm);
    for (const part of parts) state.update(part);
    return state.digest();
  };
  const inner = sha(password, salt, password);
  const parts: Uint8Array[] = [password, salt, repeated(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? inner : password);
  let digest = sha(...parts);
  const passwords = repeated(
    sha(...Array.from({ length: password.length }, () => password)),
    password.length,
  );
  const salts = repeated(sha(...Array.from({ length: 16 + digest[0]! }, () => salt)), salt.length);
  // The text of a round depends on the round's remainders by 2, 3 and 7 only, but for the digest in it.
  const texts = Array.from({ length: 42 }, (_, round) => {
    const odd = round % 2 === 1;
    const before = [
      ...(odd ? [passwords] : []),
      ...(odd && round % 3 !== 0 ? [salts] : []),
      ...(odd && round % 7 !== 0 ? [passwords] : []),
    ];
    const after = odd
      ? []
      : [...(round % 3 !== 0 ? [salts] : []), ...(round % 7 !== 0 ? [passwords] : []), passwords];
    const place = Buffer.concat(before).length;
    return { text: Buffer.concat([...before, digest, ...after]), place };
  });
  for (let round = 0; round < rounds; round++) {
    const { text, place } = texts[round % 42]!;
    digest.copy(text, place);
    digest = hash(algorithm, text, 'buffer');
  }
  return encode(digest, order);
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, length > 0 ? bytes : 0);
}

/** Triples that start at (0, step, 2·step) and rotate from one to the next. */
function rotatedOrder(size: number, step: number, stride: number): number[][] {
  const groups: number[][] = [];
  let triple = [0, step, 2 * step];
  for (let index = 0; index < Math.floor(size / 3); index++) {
    groups.push(triple);
    const limit = 3 * step;
    triple = triple.map((place) => (place + stride) % limit);
  }
  groups.push(size === 64 ? [63] : [31, 30]);
  return groups;
}

function encode(digest: Buffer, order: readonly (readonly number[])[]): string {
  let result = '';
  for (const group of order) {
    let bits = 0;
    for (const place of group) bits = (bits << 8) | digest[place]!;
    const length = Math.ceil((group.length * 8) / 6);
    for (let index = 0; index < length; index++) {
      result += alphabet[bits & 63];
      bits >>= 6;
    }
  }
  return result;
}

export function randomSalt(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(64)]).join('');
}
