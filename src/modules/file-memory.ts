import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Remembers what was computed from a file of the controller until the file changes: many hosts take the
 * same file. Holds the last results, 16 by default; calls at the same time share one computation.
 */
export class FileMemory<Result> {
  readonly #results = new Map<string, Promise<Result>>();
  readonly #most: number;

  constructor(most = 16) {
    this.#most = most;
  }

  /** `compute` runs when the file at the path is new or not the one that it was. `found` is what stat says of it. */
  async recall(path: string, compute: () => Promise<Result>, found?: Stats): Promise<Result> {
    const { dev, ino, size, mtimeMs, ctimeMs } = found ?? (await stat(path));
    const key = [path, dev, ino, size, mtimeMs, ctimeMs].join('\0');
    const known = this.#results.get(key);
    if (known) return known;
    const result = compute();
    this.#results.set(key, result);
    result.catch(() => this.#results.delete(key));
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#most) break;
      this.#results.delete(oldest);
    }
    return result;
  }
}
