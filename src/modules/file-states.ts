import { content } from '../observe/content.ts';
import { digest } from '../observe/digest.ts';
import { predict } from '../observe/observation.ts';
import { type PathState, type PresentPath, path } from '../observe/path.ts';
import type { TreeState } from '../observe/tree.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import type { Change, Decision } from './contract.ts';
import type { FileArgs } from './file-arguments.ts';
import {
  attributeChange,
  attributeResult,
  attributeScript,
  attributeSummary,
  newPath,
} from './file-attributes.ts';
import { defaultFileMode } from './file-mode.ts';
import { timeChange, wantedTimes } from './file-times.ts';
import { joinPath, parentOf, predictFile, touchesOf } from './file-touches.ts';

type Answers = { readonly [name: string]: unknown };

/** state: absent */
export function decideAbsent(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  const result = { path: given.path, state: 'absent' };
  if (!at.exists) return { kind: 'unchanged', reason: `${given.path} does not exist`, result };
  const below = observed.tree as TreeState | undefined;
  const names = (below?.entries ?? []).map((entry) => joinPath(given.path, entry.name));
  const option = at.type === 'directory' ? rawSh('-rf') : rawSh('-f');
  const listing = names.map((name) => `- ${name}\n`).join('');
  return {
    kind: 'change',
    summary: `${given.path}: ${at.type} → absent${names.length > 0 ? `, with ${names.length} entries in it` : ''}`,
    diff: [
      {
        header: given.path,
        before: `state: ${at.type}\n${listing && `content:\n${listing}`}`,
        after: 'state: absent\n',
      },
    ],
    apply: [{ script: sh`rm ${option} ${pathWord(given.path)}` }],
    touches: [...touchesOf(given.path, ...names), path(parentOf(given.path))],
    predicts: [
      predict(path(parentOf(given.path)), observed.parent as PathState),
      ...predictFile(given.path, { exists: false }),
      ...names.flatMap((name) => [
        predict(path(name), { exists: false }),
        predict(digest(name), { digest: undefined, why: 'absent' }),
        predict(content(name), { bytes: undefined, why: 'absent' }),
      ]),
    ],
    result,
    verify: true,
  };
}

/** state: file, and no state for what is there: its attributes only. */
export function decideExisting(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  const isFollowed = given.follow && at.exists && at.type === 'link';
  const state = isFollowed ? ((observed.real as PathState | undefined) ?? { exists: false }) : at;
  const real = isFollowed && at.realpath ? at.realpath : given.path;
  if (!state.exists || state.type === 'directory' || state.type === 'link') {
    const found = state.exists ? state.type : 'absent';
    return {
      kind: 'failed',
      message: `file (${real}) is ${found}, cannot continue`,
      hint: 'Use state: touch to make an empty file, or copy or template to make one with content.',
      result: { path: given.path, state: found },
    };
  }
  return attributesDecision(given, observed, real, state, { path: real });
}

/** state: touch */
export function decideTouch(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  const isFollowed = given.follow && at.exists && at.type === 'link';
  const state = isFollowed ? ((observed.real as PathState | undefined) ?? { exists: false }) : at;
  const real = isFollowed && at.realpath ? at.realpath : given.path;
  if (state.exists) return attributesDecision(given, observed, real, state, { dest: given.path });
  const parent = observed.parent as PathState;
  if (!parent.exists) {
    return { kind: 'failed', message: `the directory ${parentOf(given.path)} does not exist` };
  }
  const fresh = newPath('file', defaultFileMode, observed.self as PathState, parent);
  const { after } = attributeChange(given, fresh);
  const script = attributeScript(real, given, undefined, after).text;
  const times = wantedTimes(given, 'touch', observed);
  const dated = timeChange(real, times, after);
  const make = sh`(set -C; : >${pathWord(real)})`.text;
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  return {
    kind: 'change',
    summary: `${given.path}: absent → file`,
    diff: [{ header: given.path, before: 'state: absent\n', after: 'state: touch\n' }],
    apply: [{ script: rawSh([make, script, dated.script.text].filter(Boolean).join(' &&\n')) }],
    touches: touchesOf(given.path, real),
    predicts: predictFile(real, dated.after, { sha256: empty, bytes: Buffer.alloc(0) }),
    result: { dest: given.path, ...attributeResult(after) },
    verify: !dated.isNow,
  };
}

/** Mode, owner, group and times of something that is there. */
export function attributesDecision(
  given: FileArgs,
  observed: Answers,
  real: string,
  state: PresentPath,
  names: { readonly [key: string]: string },
): Decision {
  const change = attributeChange(given, state);
  const isTouch = given.state === 'touch';
  const dated = timeChange(
    real,
    wantedTimes(given, isTouch ? 'touch' : '', observed),
    change.after,
  );
  const result = { ...names, ...attributeResult(change.after) };
  const differences = [...change.differences, ...dated.differences];
  if (differences.length === 0) {
    return {
      kind: 'unchanged',
      reason: `${real} already is a ${state.type}, ${attributeSummary(state)}`,
      result,
    };
  }
  const script =
    change.differences.length > 0 ? attributeScript(real, given, state, change.after).text : '';
  return {
    kind: 'change',
    summary: `${real}: ${differences.join(', ')}`,
    diff: [attributeDiff(real, change)],
    apply: [{ script: rawSh([script, dated.script.text].filter(Boolean).join(' &&\n')) }],
    touches: [path(given.path), path(real)],
    predicts: [predict(path(real), dated.after)],
    result,
    verify: !dated.isNow,
  } satisfies Change;
}

/** Attributes before and after as lines. */
export function attributeDiff(
  name: string,
  change: { readonly beforeLines: readonly string[]; readonly afterLines: readonly string[] },
) {
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return { header: name, before: text(change.beforeLines), after: text(change.afterLines) };
}
