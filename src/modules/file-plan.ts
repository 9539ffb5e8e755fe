import type { Diff } from '../events.ts';
import { type DigestState, digest } from '../observe/digest.ts';
import type { Observation, Prediction } from '../observe/observation.ts';
import { predict } from '../observe/observation.ts';
import type { PresentPath } from '../observe/path.ts';
import { path } from '../observe/path.ts';
import { type FileSource, replaceFile } from './atomic-write.ts';
import type { ApplyStep } from './contract.ts';
import {
  attributeChange,
  attributeScript,
  type FileAttributes,
  newPath,
} from './file-attributes.ts';
import { defaultFileMode, resolveMode } from './file-mode.ts';
import { maxDiffBytes, type Target } from './file-target.ts';
import { parentOf, predictFile, touchesOf } from './file-touches.ts';

export interface WantedFile {
  readonly source: FileSource;
  readonly sha256: string;
  readonly size: number;
  /** The new content where it is at hand and small enough for a diff. */
  readonly bytes?: Buffer;
  readonly attributes: FileAttributes;
  readonly backup?: boolean;
  readonly validate?: string;
  /** false: a file that is there keeps its content. */
  readonly force?: boolean;
  readonly parentMode?: number;
  /** A step for many files writes it. */
  readonly isBatched?: boolean;
  /** Shown for the new content in diffs: the name of a template. */
  readonly header?: string;
}

/** What is to be done for one file; nothing when `differences` is empty. */
export interface FilePlan {
  readonly differences: readonly string[];
  readonly diff: readonly Diff[];
  readonly steps: readonly ApplyStep[];
  readonly touches: readonly Observation<unknown>[];
  readonly predicts: readonly Prediction[];
  /** As it is afterwards. */
  readonly after: PresentPath;
  readonly writes: boolean;
}

/** Compares a file on the host with what is wanted; a sentence where it cannot be done. */
export function planFile(
  target: Target,
  wanted: WantedFile,
): FilePlan | { readonly problem: string } {
  const { state, real } = target;
  if (state.exists && state.type !== 'file' && state.type !== 'link') {
    return { problem: `${real} is a ${state.type}, not a file` };
  }
  const isThere = state.exists && state.type === 'file';
  const keeps = isThere && (target.digest.digest === wanted.sha256 || wanted.force === false);
  if (keeps) return planAttributes(target, state, wanted);
  if (wanted.parentMode === undefined && !target.parent.exists) {
    return { problem: `the directory ${parentOf(real)} does not exist` };
  }
  if (isThere && target.digest.why === 'unreadable') {
    return { problem: `${real} may not be read by this user` };
  }
  const base = isThere ? state : newPath('file', defaultFileMode, target.self, target.parent);
  const change = attributeChange(wanted.attributes, base);
  const after: PresentPath = { ...change.after, size: wanted.size, nlink: 1 };
  const { mode, owner, group } = wanted.attributes;
  const isModeSet = mode !== undefined || (base.mode & 0o6000) !== 0;
  const kept = isThere ? change.differences : [];
  return {
    differences: [isThere ? 'content' : state.exists ? 'link → file' : 'absent → file', ...kept],
    diff: [
      contentDiff(target, wanted),
      ...attributeDiff(target.path, kept.length > 0 ? change : undefined),
    ],
    steps: wanted.isBatched
      ? []
      : [
          replaceFile({
            path: real,
            source: wanted.source,
            sha256: wanted.sha256,
            mode: isModeSet ? resolveMode(mode ?? base.mode, base.mode, false) : undefined,
            owner,
            group,
            newMode: defaultFileMode,
            validate: wanted.validate,
            backup: wanted.backup && state.exists,
            parentMode: wanted.parentMode,
          }),
        ],
    touches: [...touchesOf(target.path, real), path(parentOf(target.path))],
    predicts: predictions(target, after, wanted.sha256, wanted.bytes),
    after,
    writes: true,
  };
}

/** Text before and after, or a line where there is no text to show. */
export function textDiff(
  header: string,
  before: Buffer | undefined,
  after: Buffer | undefined,
): Diff {
  const isShown = [before, after].every((bytes) => bytes && isText(bytes));
  if (isShown) return { header, before: before!.toString(), after: after!.toString() };
  return {
    header,
    before: 'binary or large file\n',
    after: 'binary or large file, which differs\n',
  };
}

function planAttributes(target: Target, state: PresentPath, wanted: WantedFile): FilePlan {
  const change = attributeChange(wanted.attributes, state);
  const isChanged = change.differences.length > 0;
  return {
    differences: change.differences,
    diff: attributeDiff(target.path, isChanged ? change : undefined),
    steps: isChanged
      ? [{ script: attributeScript(target.real, wanted.attributes, state, change.after) }]
      : [],
    touches: isChanged ? touchesOf(target.path, target.real) : [],
    predicts: isChanged
      ? predictions(target, change.after, target.digest.digest, target.old?.bytes)
      : [],
    after: change.after,
    writes: false,
  };
}

function predictions(
  target: Target,
  after: PresentPath,
  sha256: string | undefined,
  bytes: Buffer | undefined,
): Prediction[] {
  const file = sha256 === undefined ? undefined : { sha256, bytes };
  const own = predictFile(target.real, after, file);
  const throughLink =
    target.path === target.real
      ? []
      : predictFile(target.path, after, file).filter(
          (prediction) => prediction.observation.kind !== 'path',
        );
  const parent = parentOf(target.path);
  const isParentThere = target.parent.exists && target.parent.type === 'directory';
  if (!isParentThere) return [...own, ...throughLink];
  const folder = [predict(path(parent), target.parent), predict(digest(parent), noFile)];
  return [...own, ...throughLink, ...folder];
}

/** What a folder answers, who is asked for as a file that may be there: `dest: /srv/`. */
const noFile: DigestState = { digest: undefined, why: 'not-a-file' };

function contentDiff(target: Target, wanted: WantedFile): Diff {
  const isThere = target.state.exists && target.state.type === 'file';
  return textDiff(target.path, isThere ? target.old?.bytes : Buffer.alloc(0), wanted.bytes);
}

function attributeDiff(
  name: string,
  change:
    | { readonly beforeLines: readonly string[]; readonly afterLines: readonly string[] }
    | undefined,
): Diff[] {
  if (!change) return [];
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return [
    {
      header: `${name} (attributes)`,
      before: text(change.beforeLines),
      after: text(change.afterLines),
    },
  ];
}

function isText(bytes: Buffer): boolean {
  return bytes.length <= maxDiffBytes && !bytes.subarray(0, 8192).includes(0);
}
