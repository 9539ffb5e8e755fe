import { content } from '../observe/content.ts';
import { type DigestAlgorithm, digest } from '../observe/digest.ts';
import { type Observation, type Prediction, predict } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { Unknown } from '../values.ts';

/** The folder of a path: `/etc` of `/etc/x`, `/` of `/x`, `.` of `x`. */
export function parentOf(name: string): string {
  const trimmed = name.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

/** The last component: `x` of `/etc/x/`. */
export function baseOf(name: string): string {
  return name.replace(/\/+$/, '').split('/').at(-1)!;
}

/** A name within a folder. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

/** All that is observed of the file or folder at a path. */
export function touchesOf(...names: readonly string[]): Observation<unknown>[] {
  return [...new Set(names)].flatMap((name) => [
    path(name),
    content(name),
    ...algorithms.map((algorithm) => digest(name, algorithm)),
  ]);
}

const algorithms: readonly DigestAlgorithm[] = [
  'sha256',
  'sha1',
  'sha512',
  'sha384',
  'sha224',
  'md5',
];

export interface ContentPrediction {
  readonly sha256: string;
  /** Absent where it is too large to be kept. */
  readonly bytes?: Buffer;
}

/** What will be true of a file: its state, and its content where that is known. */
export function predictFile(
  name: string,
  state: PathState,
  file?: ContentPrediction,
): Prediction[] {
  const isFile = state.exists && state.type === 'file';
  const why = state.exists ? 'not-a-file' : 'absent';
  const predictions: Prediction[] = [predict(path(name), state)];
  if (!isFile) {
    if (state.exists && state.type === 'link') return predictions;
    predictions.push(
      predict(content(name), { bytes: undefined, why }),
      ...algorithms.map((algorithm) =>
        predict(digest(name, algorithm), { digest: undefined, why }),
      ),
    );
  } else if (file) {
    predictions.push(
      predict(digest(name), { digest: file.sha256 }),
      predict(
        content(name),
        file.bytes
          ? { bytes: file.bytes }
          : new Unknown(`the content of ${name}, which an earlier task writes`),
      ),
    );
  }
  return predictions;
}
