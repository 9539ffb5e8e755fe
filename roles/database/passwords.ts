import { createHash } from 'node:crypto';

/** How a server keeps a password: the plugin and what it stores, in hexadecimal digits. */
export interface StoredPassword {
  readonly plugin: string;
  readonly hex: string;
}

/**
 * Whether a stored password is this one; it is not rewritten to find out. Anything but the plugin that
 * the role sets counts as different.
 */
export function isPassword(stored: StoredPassword, password: string): boolean {
  const kept = Buffer.from(stored.hex, 'hex');
  switch (stored.plugin) {
    case 'caching_sha2_password':
      return isCachingSha2(kept, password);
    case 'mysql_native_password':
      return kept.toString() === nativePassword(password);
    default:
      return false;
  }
}

/** `*` and SHA1(SHA1(password)), as MariaDB keeps it. */
export function nativePassword(password: string): string {
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}

/** `$A$` rounds in thousands, in hexadecimal `$`, twenty bytes of salt, then the digest. */
function isCachingSha2(kept: Buffer, password: string): boolean {
  const [, thousands] = /^\$A\$([0-9A-F]{3})\$/.exec(kept.toString('latin1')) ?? [];
  if (thousands === undefined || kept.length !== 7 + 20 + 43) return false;
  const salt = kept.subarray(7, 27);
  const rounds = Number.parseInt(thousands, 16) * 1000;
  return kept.subarray(27).toString('latin1') === sha256Crypt(password, salt, rounds);
}

/** The digest of SHA-crypt with SHA-256: 43 characters. */
export function sha256Crypt(password: string, salt: Buffer, rounds: number): string {
  const key = Buffer.from(password);
  const alternate = sha256(key, salt, key);
  const parts: Buffer[] = [key, salt, repeated(alternate, key.length)];
  for (let length = key.length; length > 0; length >>= 1) parts.push(length & 1 ? alternate : key);
  let digest = sha256(...parts);
  const keyBytes = repeated(sha256(...Array<Buffer>(key.length).fill(key)), key.length);
  const saltDigest = sha256(...Array<Buffer>(16 + digest[0]!).fill(salt));
  const saltBytes = repeated(saltDigest, salt.length);
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1;
    digest = sha256(
      isOdd ? keyBytes : digest,
      round % 3 === 0 ? none : saltBytes,
      round % 7 === 0 ? none : keyBytes,
      isOdd ? digest : keyBytes,
    );
  }
  return encoded(digest);
}

const none = Buffer.alloc(0);

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The order in which SHA-crypt takes the bytes, three at a time. */
function encoded(digest: Buffer): string {
  let text = '';
  const add = (high: number, middle: number, low: number, count: number) => {
    let bits = (high << 16) | (middle << 8) | low;
    for (let index = 0; index < count; index++, bits >>= 6) text += alphabet[bits & 63];
  };
  let [a, b, c] = [0, 10, 20];
  for (let index = 0; index < 10; index++) {
    add(digest[a]!, digest[b]!, digest[c]!, 4);
    [a, b, c] = [c + 1, a + 1, b + 1];
  }
  add(0, digest[31]!, digest[30]!, 3);
  return text;
}
