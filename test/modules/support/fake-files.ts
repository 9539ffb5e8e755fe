import { createHash } from 'node:crypto';
import type { PresentPath } from '../../../src/observe/path.ts';

/** A file of the fake: its content or kind, and what differs from a plain root-owned file of mode 0644. */
export interface FakeFile extends Partial<PresentPath> {
  readonly content?: string;
}

export type FakeFiles = { readonly [path: string]: FakeFile };

const root: PresentPath = {
  exists: true,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  size: 0,
  atime: 1000,
  mtime: 1000,
  ctime: 1000,
  inode: 1,
  dev: 1,
  nlink: 1,
  blocks: 0,
};

export const aFolder: FakeFile = { type: 'directory', mode: 0o755 };

/** Answers the observations of the file family from a table; nothing else exists. */
export function fakeAnswers(files: FakeFiles): (kind: string, key: string) => unknown {
  const all: FakeFiles = { '/': aFolder, '/proc/self/.': aFolder, ...files };
  const resolve = (name: string): FakeFile | undefined => {
    const file = all[name];
    return file?.type === 'link' ? all[file.realpath ?? ''] : file;
  };
  return (kind, key) => {
    if (kind === 'path') {
      const { content, ...state } = all[key] ?? {};
      if (!(key in all)) return { exists: false };
      return { ...root, size: Buffer.byteLength(content ?? ''), ...state };
    }
    if (kind === 'tree') {
      const folder = key.split(' ').slice(2).join(' ');
      const entries = Object.keys(all)
        .filter((name) => name.startsWith(`${folder}/`))
        .map((name) => ({
          ...(fakeAnswers(files)('path', name) as object),
          name: name.slice(folder.length + 1),
        }));
      const exists = all[folder]?.type === 'directory';
      return { exists, entries: exists ? entries : [], denied: 0 };
    }
    const [algorithm, name] =
      kind === 'digest' ? [key.split(' ')[0]!, key.split(' ').slice(1).join(' ')] : ['', key];
    const file = resolve(name);
    const why = !file ? 'absent' : file.content === undefined ? 'not-a-file' : undefined;
    if (kind === 'digest') {
      return why
        ? { digest: undefined, why }
        : { digest: createHash(algorithm).update(file!.content!).digest('hex') };
    }
    if (kind === 'content') {
      return why ? { bytes: undefined, why } : { bytes: Buffer.from(file!.content!) };
    }
    throw new Error(`the fake knows nothing of ${kind}`);
  };
}
