import { type ContentState, content } from '../observe/content.ts';
import { type DigestState, digest } from '../observe/digest.ts';
import type { Observation } from '../observe/observation.ts';
import { type PathState, path, self } from '../observe/path.ts';
import { Unknown } from '../values.ts';
import { newPath } from './file-attributes.ts';
import { joinPath, parentOf } from './file-touches.ts';

/** Where a file is to go: `dest`, or `dest/basename` where dest is a folder. */
export interface TargetQuestion {
  readonly dest: string;
  /** The name that a file gets in a folder; without it a folder is refused. */
  readonly basename?: string;
  readonly follow?: boolean;
}

export interface Target {
  /** As the task named it, with the basename where dest is a folder. */
  readonly path: string;
  /** What is written: the same, or where the link leads. */
  readonly real: string;
  readonly state: PathState;
  readonly digest: DigestState;
  readonly old: ContentState | undefined;
  readonly parent: PathState;
  readonly self: PathState;
}

type TargetAnswers = { readonly [name: string]: unknown };

/** The largest content that is kept to show a diff of it, in bytes. */
export const maxDiffBytes = 1024 * 1024;

/** First questions: dest, and what would be in it if it is a folder. */
export function targetObservations(question: TargetQuestion) {
  const { dest, basename } = question;
  const inner = basename === undefined ? undefined : joinPath(dest, basename);
  return {
    self,
    at: path(dest),
    sum: digest(dest),
    parent: path(parentOf(dest)),
    ...(inner !== undefined && { inner: path(inner), innerSum: digest(inner) }),
  } as Record<string, Observation<unknown>>;
}

/** Second questions: where links lead, and the old content for the diff. */
export function targetRefinement(
  question: TargetQuestion,
  sha256: string | undefined,
  answers: TargetAnswers,
) {
  const observations: Record<string, Observation<unknown>> = {};
  const { at, sum, inner, innerSum } = answers as unknown as FirstAnswers;
  if (isLink(at)) observations.atReal = path(at.realpath);
  if (isLink(inner)) observations.innerReal = path(inner.realpath);
  const isInside =
    question.basename !== undefined &&
    at.exists &&
    (at.type === 'directory' || (at.type === 'link' && sum.why === 'not-a-file'));
  const chosen = isInside ? inner : at;
  const chosenSum = isInside ? innerSum : sum;
  const name = isInside ? joinPath(question.dest, question.basename!) : question.dest;
  const isSmall = chosen?.exists && (chosen.type === 'link' || chosen.size <= maxDiffBytes);
  if (isSmall && chosenSum?.digest !== undefined && chosenSum.digest !== sha256) {
    observations.old = content(name);
  }
  return observations;
}

/** The target, or why there is none. */
export function resolveTarget(
  question: TargetQuestion,
  answers: TargetAnswers,
): Target | { readonly problem: string } {
  const { dest, basename } = question;
  const given = answers as unknown as FirstAnswers & SecondAnswers;
  const { at, atReal } = given;
  const followed = isLink(at) ? atReal : at;
  const isFolder = (followed?.exists && followed.type === 'directory') || dest.endsWith('/');
  if (at.exists === false && at.denied)
    return { problem: `${dest} cannot be reached: permission denied` };
  const old = given.old;
  if (!isFolder) {
    if (at.exists && at.type === 'link' && question.follow) {
      if (!at.realpath) return { problem: `${dest} is a link that leads nowhere: ${at.target}` };
      return finish(dest, at.realpath, atReal!, given.sum, old, given.parent, given);
    }
    return finish(dest, dest, at, given.sum, old, given.parent, given);
  }
  if (basename === undefined) return { problem: `${dest} is a directory` };
  const name = joinPath(dest, basename);
  const folder = followed ?? at;
  const inner = given.inner!;
  if (inner.exists && inner.type === 'link' && question.follow) {
    if (!inner.realpath)
      return { problem: `${name} is a link that leads nowhere: ${inner.target}` };
    return finish(name, inner.realpath, given.innerReal!, given.innerSum!, old, folder, given);
  }
  return finish(name, name, inner, given.innerSum!, old, folder, given);
}

/**
 * Check mode: what a package would bring is taken as absent, the folder that it would bring as there, so
 * that content of our own is planned as a change. The Unknown itself where nothing can be assumed.
 */
export function assumeBrought(answers: TargetAnswers): TargetAnswers | Unknown {
  const assumed: Record<string, unknown> = { ...answers };
  for (const [stateName, sumName] of [
    ['at', 'sum'],
    ['inner', 'innerSum'],
  ] as const) {
    const state = answers[stateName] as PathState | Unknown | undefined;
    const sum = answers[sumName];
    if (state instanceof Unknown) {
      assumed[stateName] = { exists: false } satisfies PathState;
      assumed[sumName] = { digest: undefined, why: 'absent' } satisfies DigestState;
    } else if (sum instanceof Unknown) {
      if (state?.exists) return sum;
      assumed[sumName] = { digest: undefined, why: 'absent' } satisfies DigestState;
    }
  }
  if (answers.self instanceof Unknown) assumed.self = { exists: false } satisfies PathState;
  if (answers.parent instanceof Unknown) {
    assumed.parent = newPath('directory', 0o755, assumed.self as PathState, undefined);
  }
  return Object.values(assumed).find((answer) => answer instanceof Unknown) ?? assumed;
}

interface FirstAnswers {
  readonly self: PathState;
  readonly at: PathState;
  readonly sum: DigestState;
  readonly parent: PathState;
  readonly inner?: PathState;
  readonly innerSum?: DigestState;
}

interface SecondAnswers {
  readonly atReal?: PathState;
  readonly innerReal?: PathState;
  readonly old?: ContentState;
}

function isLink(
  state: PathState | undefined,
): state is PathState & { readonly exists: true; readonly realpath: string } {
  return state?.exists === true && state.type === 'link' && state.realpath !== undefined;
}

function finish(
  name: string,
  real: string,
  state: PathState,
  sum: DigestState,
  old: ContentState | undefined,
  parent: PathState,
  given: FirstAnswers,
): Target {
  // a link that is not followed is replaced: what it leads to does not count
  const isReplacedLink = name === real && state.exists && state.type === 'link';
  return {
    path: name,
    real,
    state,
    digest: isReplacedLink ? { digest: undefined, why: 'not-a-file' } : sum,
    old,
    parent,
    self: given.self,
  };
}
