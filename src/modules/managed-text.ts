import { createHash } from 'node:crypto';
import type { CommandResult } from '../connection/connection.ts';
import type { ContentState } from '../observe/content.ts';
import { content } from '../observe/content.ts';
import type { Observation, Prediction } from '../observe/observation.ts';
import { type PathState, type PresentPath, path } from '../observe/path.ts';
import { pathWord } from '../shell/path-word.ts';
import { sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import { backupName, replaceFile } from './atomic-write.ts';
import type { Answers, ApplyStep, Change, Completion, ResultData } from './contract.ts';
import { predictFile, touchesOf } from './file-touches.ts';

/** A text file of the system that a module edits as a whole: fstab, a crontab, a list of sources. */
export interface TextQuestions {
  readonly [name: string]: Observation<ContentState> | Observation<PathState>;
  readonly text: Observation<ContentState>;
  readonly place: Observation<PathState>;
}

/** What has to be known of it. */
export function textQuestions(file: string): TextQuestions {
  return { text: content(file), place: path(file) };
}

/** Its text: empty when there is no such file, undefined when it cannot be read as one. */
export function textOf(observed: { readonly text: ContentState }): string | undefined {
  const { bytes, why } = observed.text;
  if (bytes) return bytes.toString();
  return why === 'absent' ? '' : undefined;
}

/** In check mode: a file that a package may bring is taken for one that is not there. */
export function assumeAbsent(observed: Answers): Answers {
  const assumed: Record<string, unknown> = { ...observed };
  for (const [name, state] of Object.entries(observed)) {
    if (!(state instanceof Unknown)) continue;
    assumed[name] = name === 'text' ? { bytes: undefined, why: 'absent' } : { exists: false };
  }
  return assumed;
}

export interface TextChange {
  readonly file: string;
  readonly place: PathState;
  readonly before: string;
  /** Undefined removes the file. */
  readonly after: string | undefined;
  readonly summary: string;
  readonly result: ResultData;
  /** Given: the file gets it also when it is there. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  /** For a file that is not there yet. */
  readonly newMode?: number;
  readonly parentMode?: number;
  readonly backup?: boolean;
  /** Run before the file is written, and after it is in place. */
  readonly stepsBefore?: readonly ApplyStep[];
  readonly stepsAfter?: readonly ApplyStep[];
  readonly touches?: readonly Observation<unknown>[] | 'everything';
  readonly predicts?: readonly Prediction[];
  readonly verify?: boolean;
}

/** Replaces the file atomically; the diff is its text before and after. */
export function changeText(change: TextChange): Change {
  const { place } = change;
  const file =
    place.exists && place.type === 'link' && place.realpath ? place.realpath : change.file;
  const bytes = change.after === undefined ? undefined : Buffer.from(change.after);
  const sha256 = bytes && createHash('sha256').update(bytes).digest('hex');
  const write: ApplyStep[] =
    bytes && sha256
      ? [
          replaceFile({
            path: file,
            source: { payload: bytes },
            sha256,
            newMode: change.newMode ?? 0o644,
            ...(change.mode !== undefined && { mode: change.mode }),
            ...(change.owner !== undefined && { owner: change.owner }),
            ...(change.group !== undefined && { group: change.group }),
            ...(change.parentMode !== undefined && { parentMode: change.parentMode }),
            ...(change.backup && { backup: true }),
          }),
        ]
      : [{ script: sh`rm -f -- ${pathWord(change.file)}` }];
  const state: PathState = bytes ? presentFile(change, bytes.length) : { exists: false };
  const own = touchesOf(change.file, file);
  return {
    kind: 'change',
    summary: change.summary,
    diff: [{ header: change.file, before: change.before, after: change.after ?? '' }],
    apply: [...(change.stepsBefore ?? []), ...write, ...(change.stepsAfter ?? [])],
    touches: change.touches === 'everything' ? 'everything' : [...own, ...(change.touches ?? [])],
    predicts: [
      ...predictFile(change.file, state, bytes && sha256 ? { bytes, sha256 } : undefined),
      ...(change.predicts ?? []),
    ],
    result: change.result,
    complete: (outputs) => completion(change, outputs),
    verify: change.verify ?? true,
  };
}

function completion(change: TextChange, outputs: readonly CommandResult[]): Completion {
  const { result } = change;
  const failed = outputs.find((output) => output.status !== 0);
  if (failed) {
    return { result, failed: `${failed.stderr}${failed.stdout}`.trim().slice(-2000) };
  }
  const name = change.backup ? backupName(outputs[change.stepsBefore?.length ?? 0]) : undefined;
  return { result: { ...result, ...(name !== undefined && { backup_file: name }) } };
}

function presentFile(change: TextChange, size: number): PresentPath {
  const old = change.place.exists && change.place.type === 'file' ? change.place : undefined;
  return {
    exists: true,
    type: 'file',
    mode: change.mode ?? old?.mode ?? change.newMode ?? 0o644,
    uid: change.owner === undefined ? (old?.uid ?? 0) : undefined,
    gid: change.group === undefined ? (old?.gid ?? 0) : undefined,
    owner: change.owner ?? old?.owner ?? 'root',
    group: change.group ?? old?.group ?? 'root',
    size,
    atime: old?.atime ?? 0,
    mtime: 0,
    ctime: 0,
    inode: 0,
    dev: old?.dev ?? 0,
    nlink: 1,
    blocks: 0,
  };
}
