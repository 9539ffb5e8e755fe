import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { RolecallError } from '../errors.ts';

/** The controller's files as the loader sees them; tests give a table instead of a disk. */
export interface SourceFiles {
  /** Bytes of a file; throws when it cannot be read. Text stands for its UTF-8 bytes. */
  read(path: string): Buffer | string;
  /** What is there; links are followed. What cannot be looked at is `other`: reading it will fail. */
  kind(path: string): 'file' | 'folder' | 'other' | undefined;
  /** Names in a folder, sorted. Throws `source-not-found` where it cannot be read. */
  list(path: string): readonly string[];
}

export const diskFiles: SourceFiles = {
  read: (path) => readFileSync(path),
  kind(path) {
    try {
      const found = statSync(path);
      if (found.isFile()) return 'file';
      return found.isDirectory() ? 'folder' : 'other';
    } catch (error) {
      return isMissing(error) && !isLink(path) ? undefined : 'other';
    }
  },
  list(path) {
    try {
      return readdirSync(path).sort();
    } catch (error) {
      const message = `cannot list ${path}: ${error instanceof Error ? error.message : error}`;
      const at = { file: path, line: 1, column: 1 };
      throw new RolecallError({ code: 'source-not-found', message, at });
    }
  },
};

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

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
