/** Whole numbers of 0 and more, written one behind the other; small ones take one byte. */
export class Bytes {
  #bytes = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(number: number): void {
    if (this.#length + longest > this.#bytes.length) {
      const wider = new Uint8Array(this.#bytes.length * 2);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    let rest = Math.max(0, Math.round(number));
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** The numbers that were written. */
export function* numbersIn(bytes: Uint8Array): Generator<number, undefined> {
  let number = 0;
  let factor = 1;
  for (const byte of bytes) {
    number += (byte & 127) * factor;
    factor *= 128;
    if (byte > 127) continue;
    yield number;
    number = 0;
    factor = 1;
  }
}

/** Bytes of the largest whole number that is exact. */
const longest = 8;
