import { stat } from 'node:fs/promises';

/**
 * Remembers what was computed from a file of the controller until the file changes: many hosts take the
 * same large file. Holds the last 16 results; calls at the same time share one computation.
 */
export class FileMemory<Result> {
  readonly #results = new Map<string, Promise<Result>>();

  /** `compute` runs when the file at the path is new or not the one that it was. */
  async recall(path: string, compute: () => Promise<Result>): Promise<Result> {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path);
    const key = [path, dev, ino, size, mtimeMs, ctimeMs].join('\0');
    const known = this.#results.get(key);
    if (known) return known;
    const result = compute();
    this.#results.set(key, result);
    result.catch(() => this.#results.delete(key));
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= 16) break;
      this.#results.delete(oldest);
    }
    return result;
  }
}
