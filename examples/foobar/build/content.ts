import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** A file of a release or of an overlay. */
export interface ContentFile {
  /** With `/`, and without a leading one. */
  readonly path: string;
  readonly data: Buffer;
}

/** All files below a folder, sorted, with `prefix` before their paths. */
export async function readFolder(folder: string, prefix = ''): Promise<ContentFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async (entry) => {
    const file = join(entry.parentPath, entry.name);
    const path = prefix + relative(folder, file).replaceAll(sep, '/');
    return { path, data: await readFile(file) };
  });
  return (await Promise.all(read)).sort((a, b) => (a.path < b.path ? -1 : 1));
}
