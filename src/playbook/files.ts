import { readdirSync, readFileSync, statSync } from 'node:fs';

/** The controller's files as the loader sees them; tests give a table instead of a disk. */
export interface SourceFiles {
  /** Bytes of a file; throws when it cannot be read. Text stands for its UTF-8 bytes. */
  read(path: string): Buffer | string;
  /** What is there; links are followed, a dangling one is `other`. */
  kind(path: string): 'file' | 'folder' | 'other' | undefined;
  /** Names in a folder, sorted. */
  list(path: string): readonly string[];
}

export const diskFiles: SourceFiles = {
  read: (path) => readFileSync(path),
  kind(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : 'other';
  },
  list: (path) => readdirSync(path).sort(),
};

/** Files held in memory: absolute path → text. */
export function memoryFiles(texts: Readonly<Record<string, string>>): SourceFiles {
  const paths = Object.keys(texts);
  return {
    read(path) {
      const text = texts[path];
      if (text === undefined) throw new Error(`ENOENT: no such file: ${path}`);
      return text;
    },
    kind(path) {
      if (Object.hasOwn(texts, path)) return 'file';
      const folder = path.replace(/\/*$/, '/');
      return paths.some((other) => other.startsWith(folder)) ? 'folder' : undefined;
    },
    list(path) {
      const folder = path.replace(/\/*$/, '/');
      const below = paths.filter((other) => other.startsWith(folder));
      return [...new Set(below.map((other) => other.slice(folder.length).split('/')[0]!))].sort();
    },
  };
}
