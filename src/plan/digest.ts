import { createHmac, hash } from 'node:crypto';
import { canonical } from './canonical.ts';

/**
 * Makes digests with a key: whoever has only them cannot find out by trying what short secret one stands
 * for. 128 bits as 32 hex digits.
 */
export class Digests {
  readonly #key: Buffer;
  /** A block of SHA-256 each: HMAC without preparing the key anew each time. */
  readonly #inner: string;
  readonly #outer: string;
  readonly #base: string | undefined;
  /** Tells keys apart without giving them away. */
  readonly keyId: string;

  /** Paths below `base` count relative to it: a plan is applied in another checkout, too. */
  constructor(key: Buffer, base?: string) {
    this.#key = key;
    this.#inner = createHmac('sha256', key).update('inner').digest('hex');
    this.#outer = createHmac('sha256', key).update('outer').digest('hex');
    this.#base = base === undefined || base.length < 2 ? undefined : `${base}/`;
    this.keyId = this.#hmac('key').slice(0, 8);
  }

  /** Of a value, whatever the order of its keys. */
  of(value: unknown): string {
    const text = canonical(value);
    const relative = this.#base === undefined ? text : text.replaceAll(this.#base, './');
    return this.#hmac(`value ${relative}`).slice(0, 32);
  }

  bytes(bytes: Uint8Array): string {
    return createHmac('sha256', this.#key)
      .update('bytes ')
      .update(bytes)
      .digest('hex')
      .slice(0, 32);
  }

  /** The seal of a whole text, 256 bits. */
  seal(text: string): string {
    return this.#hmac(`seal ${text}`);
  }

  #hmac(text: string): string {
    return hash('sha256', this.#outer + hash('sha256', this.#inner + text));
  }
}
