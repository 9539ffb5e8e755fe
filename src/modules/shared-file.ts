import { type FileHandle, open } from 'node:fs/promises';

/**
 * A large file that many hosts take at about the same time: it is read in large pieces, each once for all
 * who are near it. Nothing of it is kept while nobody reads.
 */
export class SharedFile {
  readonly #path: string;
  readonly #pieces = new Map<number, Promise<Buffer>>();
  #file: Promise<FileHandle> | undefined;
  #readers = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The bytes in order, up to the end of the file. They belong to all readers: not to be changed. */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    this.#readers += 1;
    try {
      let next = this.#piece(0);
      for (let index = 1; ; index++) {
        const piece = await next;
        if (piece.length === 0) return;
        next = this.#piece(index);
        yield piece;
      }
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) await this.#close();
    }
  }

  #piece(index: number): Promise<Buffer> {
    const known = this.#pieces.get(index);
    if (known) return known;
    const piece = this.#load(index);
    // Whoever reads on learns of it; a reader that has stopped does not.
    piece.catch(() => {});
    this.#pieces.set(index, piece);
    for (const oldest of this.#pieces.keys()) {
      if (this.#pieces.size <= keptPieces) break;
      this.#pieces.delete(oldest);
    }
    return piece;
  }

  async #load(index: number): Promise<Buffer> {
    this.#file ??= open(this.#path);
    const file = await this.#file;
    const buffer = Buffer.allocUnsafeSlow(pieceBytes);
    let length = 0;
    while (length < pieceBytes) {
      const at = index * pieceBytes + length;
      const { bytesRead } = await file.read(buffer, length, pieceBytes - length, at);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  }

  async #close(): Promise<void> {
    const loading = [...this.#pieces.values()];
    this.#pieces.clear();
    const file = this.#file;
    this.#file = undefined;
    await Promise.allSettled(loading);
    await (await file?.catch(() => undefined))?.close();
  }
}

const pieceBytes = 1024 * 1024;
/** So far the slowest reader may be behind the fastest before it reads for itself. */
const keptPieces = 8;
