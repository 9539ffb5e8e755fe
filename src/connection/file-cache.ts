import { type BigIntStats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

interface Made<T> {
  readonly stamp: string;
  readonly value: Promise<T>;
}

/**
 * What is made of files, kept until a file is another than it was: all hosts of a run need the same ones.
 *
 * @example await new FileCache((content) => parse(content)).get('/home/anna/.ssh/known_hosts')
 */
export class FileCache<T> {
  readonly #make: (content: Buffer, path: string) => T;
  readonly #made = new Map<string, Made<T>>();

  constructor(make: (content: Buffer, path: string) => T) {
    this.#make = make;
  }

  /** Rejects as reading the file does. */
  async get(path: string): Promise<T> {
    const stamp = stampOf(statSync(path, { bigint: true }));
    const known = this.#made.get(path);
    if (known?.stamp === stamp) return known.value;
    const value = readFile(path).then((content) => this.#make(content, path));
    this.#made.set(path, { stamp, value });
    value.catch(() => this.#made.delete(path));
    return value;
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('/');
}
