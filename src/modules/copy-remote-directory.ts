import { type DigestState, digest } from '../observe/digest.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import type { TreeState } from '../observe/tree.ts';
import type { LocalDirectory, LocalEntry } from './copy-source.ts';
import { joinPath } from './file-touches.ts';

type Answers = { readonly [name: string]: unknown };

/** What is in a folder of the host as entries to copy; checksums and link targets come with the second answers. */
export function remoteDirectory(src: string, answers: Answers): LocalDirectory {
  const { entries } = answers.srcTree as TreeState;
  const copied = entries.flatMap((entry, index): LocalEntry[] => {
    const { name, mode, size } = entry;
    if (entry.type === 'directory') return [{ name, mode, type: 'directory' }];
    if (entry.type === 'link') {
      const link = answers[`t${index}`] as PathState | undefined;
      const target = link?.exists ? (link.target ?? '') : '';
      return [{ name, mode, type: 'link', target }];
    }
    if (entry.type !== 'file') return [];
    const sum = answers[`s${index}`] as DigestState | undefined;
    const source = { remotePath: joinPath(src, name) };
    const file = { kind: 'file', source, sha256: sum?.digest ?? '', sha1: '', size } as const;
    return [{ name, mode, type: 'file', file }];
  });
  return { kind: 'directory', path: src, entries: copied };
}

/** Checksums of the files to copy, and where links lead. */
export function remoteDirectoryObservations(src: string, answers: Answers): Observations {
  const observations: Observations = {};
  for (const [index, entry] of (answers.srcTree as TreeState).entries.entries()) {
    const name = joinPath(src, entry.name);
    if (entry.type === 'file') observations[`s${index}`] = digest(name);
    if (entry.type === 'link') observations[`t${index}`] = path(name);
  }
  return observations;
}
