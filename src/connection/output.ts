/** Keeps the first `cap` bytes of a stream and remembers whether more came. */
export class CappedOutput {
  readonly #cap: number;
  #chunks: Buffer[] = [];
  #size = 0;
  truncated = false;

  constructor(cap: number) {
    this.#cap = cap;
  }

  add(bytes: Buffer): void {
    const room = this.#cap - this.#size;
    if (bytes.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    this.#chunks.push(kept);
    this.#size += kept.length;
  }

  /** Everything kept; the object must not be used after it. */
  take(): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [];
    return all;
  }
}

/** The last `cap` bytes of a stream as text, for messages. */
export class Tail {
  #text = '';
  add(bytes: Buffer): void {
    this.#text = (this.#text + bytes.subarray(-2048).toString()).slice(-2048);
  }
  get text(): string {
    return this.#text.trim();
  }
}
