import type { LocalEntry } from './copy-source.ts';
import { joinPath } from './file-touches.ts';
import type { NewFile } from './place-files.ts';
import { fitsArchive, foldersOf } from './tar-archive.ts';

/** A new file among others below the same folder. */
export interface BatchedFile {
  /** There ahead of the change. */
  readonly folder: string;
  /** The copied folders above that one. */
  readonly above: readonly string[];
  readonly file: NewFile;
}

/**
 * How a small new file of a folder that is copied to `dest` goes with others; undefined where it needs a
 * step of its own. `there` holds the folders that are there ahead of the change.
 */
export function batchedFile(
  dest: string,
  entry: LocalEntry & { readonly type: 'file' },
  there: ReadonlySet<string>,
): (Omit<BatchedFile, 'file'> & { readonly file: Omit<NewFile, 'mode'> }) | undefined {
  const { bytes, sha256 } = entry.file;
  const ahead = folderAhead(entry.name, there);
  const name = ahead === '' ? entry.name : entry.name.slice(ahead.length + 1);
  if (!bytes || bytes.length > maxBatchedBytes || !fitsArchive(name)) return undefined;
  const foldersAbove = foldersOf([ahead]).map((folder) => joinPath(dest, folder));
  return {
    folder: ahead === '' ? dest : joinPath(dest, ahead),
    above: ahead === '' ? [] : [dest, ...foldersAbove],
    file: { name, bytes, sha256 },
  };
}

/** A larger file is worth a step of its own. */
const maxBatchedBytes = 1024 * 1024;

/**
 * The nearest folder above a file that is there ahead of this change; '' is `dest`. What is made below
 * it is on its filesystem, and inherits from it alone.
 */
function folderAhead(name: string, there: ReadonlySet<string>): string {
  let end = name.lastIndexOf('/');
  while (end > 0 && !there.has(name.slice(0, end))) end = name.lastIndexOf('/', end - 1);
  return name.slice(0, Math.max(end, 0));
}
