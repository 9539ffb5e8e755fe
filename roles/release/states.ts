import type { content, digest, Observation, path } from 'rolecall';
import { Unknown } from 'rolecall';

type StateOf<Question> = Question extends Observation<infer State> ? State : never;

export type PathState = StateOf<ReturnType<typeof path>>;
export type ContentState = StateOf<ReturnType<typeof content>>;
export type DigestState = StateOf<ReturnType<typeof digest>>;

/** A folder of root's that all may read, as a prediction. */
export const newFolder: PathState = {
  ...{ exists: true, type: 'directory', mode: 0o755, owner: 'root', group: 'root' },
  ...{
    uid: 0,
    gid: 0,
    size: 0,
    atime: 0,
    mtime: 0,
    ctime: 0,
    inode: 0,
    dev: 0,
    nlink: 2,
    blocks: 0,
  },
};

/** A link of root's, as a prediction. */
export function newLink(target: string): PathState {
  return { ...newFolder, type: 'link', mode: 0o777, nlink: 1, target } as PathState;
}

/** Text as a prediction of a file's content. */
export function newContent(text: string): ContentState {
  return { bytes: Buffer.from(text) };
}

/** What is known, and for what packages might bring "absent": they bring nothing of what a role owns. */
export function assumeAbsent<Answers extends object>(
  observed: { readonly [Name in keyof Answers]?: Answers[Name] | Unknown },
  absent: Answers,
): Answers {
  const known = Object.entries(observed).filter(([, state]) => !(state instanceof Unknown));
  return { ...absent, ...Object.fromEntries(known) };
}
