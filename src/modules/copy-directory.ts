import { type ContentState, content } from '../observe/content.ts';
import { type DigestState, digest } from '../observe/digest.ts';
import { type Observations, type Prediction, predict } from '../observe/observation.ts';
import { type PathState, path, self } from '../observe/path.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import type { Decision } from './contract.ts';
import { batchedFile } from './copy-batch.ts';
import type { LocalDirectory, LocalEntry } from './copy-source.ts';
import { type EntryPlan, entrySteps } from './copy-steps.ts';
import {
  attributeChange,
  attributeResult,
  attributeScript,
  type FileAttributes,
  newPath,
} from './file-attributes.ts';
import { defaultDirectoryMode, type ModeArgument } from './file-mode.ts';
import { planFile } from './file-plan.ts';
import { maxDiffBytes } from './file-target.ts';
import { predictFile, touchesOf } from './file-touches.ts';

/** A folder of the controller that is to be on the host. */
export interface WantedDirectory {
  readonly src: string;
  /** The folder itself on the host, without trailing slash. */
  readonly dest: string;
  readonly local: LocalDirectory;
  readonly attributes: FileAttributes;
  readonly directoryMode?: ModeArgument;
  readonly force: boolean;
  readonly backup: boolean;
  readonly follow: boolean;
  readonly validate?: string;
}

type Answers = { readonly [name: string]: unknown };

/** Every path of the folder, the checksum of every file, and whether the host can unpack an archive. */
export function directoryObservations(wanted: WantedDirectory): Observations {
  const observations: Observations = { self, tar: path('/bin/tar'), root: path(wanted.dest) };
  for (const [index, entry] of wanted.local.entries.entries()) {
    const name = placeOf(wanted, entry);
    observations[`p${index}`] = path(name);
    if (entry.type === 'file') observations[`d${index}`] = digest(name);
  }
  return observations;
}

/** The old text of small files that differ, for the diff; where links to files lead. */
export function directoryRefinement(wanted: WantedDirectory, answers: Answers): Observations {
  const observations: Observations = {};
  const root = answers.root as PathState;
  if (root.exists && root.type === 'link' && root.realpath)
    observations.rootReal = path(root.realpath);
  for (const [index, entry] of wanted.local.entries.entries()) {
    if (entry.type === 'link') continue;
    const state = answers[`p${index}`] as PathState;
    if (state.exists && state.type === 'link' && state.realpath) {
      observations[`r${index}`] = path(state.realpath);
    }
    if (entry.type !== 'file') continue;
    const sum = (answers[`d${index}`] as DigestState).digest;
    const isSmall = state.exists && state.size <= maxDiffBytes && entry.file.bytes;
    if (isSmall && sum !== undefined && sum !== entry.file.sha256) {
      observations[`c${index}`] = content(placeOf(wanted, entry));
    }
  }
  return observations;
}

/** One change for all that differs in the folder. */
export function decideDirectory(wanted: WantedDirectory, answers: Answers): Decision {
  const plans: EntryPlan[] = [];
  const problems: string[] = [];
  const there = foldersThere(wanted, answers);
  const keep = (plan: EntryPlan | { readonly problem: string }) => {
    if ('problem' in plan) problems.push(plan.problem);
    else if (plan.differences.length > 0) plans.push(plan);
  };
  const root = planDirectory(
    wanted,
    wanted.dest,
    answers.root as PathState,
    answers.rootReal as PathState | undefined,
    answers,
  );
  keep(root);
  for (const [index, entry] of wanted.local.entries.entries()) {
    const state = answers[`p${index}`] as PathState;
    const real = answers[`r${index}`] as PathState | undefined;
    const name = placeOf(wanted, entry);
    if (entry.type === 'directory') keep(planDirectory(wanted, name, state, real, answers));
    else if (entry.type === 'link') keep(planLink(wanted, name, entry.target, state, answers));
    else keep(planEntry(wanted, name, entry, index, answers, there));
  }
  if (problems.length > 0) return { kind: 'failed', message: problems.join('\n') };
  const after = 'after' in root ? attributeResult(root.after) : {};
  const result = { dest: wanted.dest, src: wanted.src, ...after };
  if (plans.length === 0) {
    return {
      kind: 'unchanged',
      reason: `${wanted.dest} already has all ${wanted.local.entries.length} entries of ${wanted.src}`,
      result,
    };
  }
  return {
    kind: 'change',
    summary: `${wanted.dest}: ${plans.length} of ${wanted.local.entries.length + 1} entries differ`,
    diff: plans.flatMap((plan) => plan.diff),
    apply: entrySteps(plans, wanted.attributes),
    touches: plans.flatMap((plan) => plan.touches),
    predicts: [...foldersAsTheyAre(wanted, answers), ...plans.flatMap((plan) => plan.predicts)],
    result,
    verify: true,
  };
}

/** Check mode: what a package may bring is planned as if it were not there. */
export function assumeAbsent(answers: Answers): Answers {
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => {
      if (!(answer instanceof Unknown)) return [name, answer];
      return [
        name,
        name.startsWith('d') ? { digest: undefined, why: 'absent' } : { exists: false },
      ];
    }),
  );
}

/** Writing into a folder changes its times only. */
function foldersAsTheyAre(wanted: WantedDirectory, answers: Answers): Prediction[] {
  const folders = [predict(path(wanted.dest), answers.root as PathState)];
  for (const [index, entry] of wanted.local.entries.entries()) {
    if (entry.type !== 'directory') continue;
    folders.push(predict(path(placeOf(wanted, entry)), answers[`p${index}`] as PathState));
  }
  return folders.filter((folder) => !(folder.state instanceof Unknown) && folder.state.exists);
}

function placeOf(wanted: WantedDirectory, entry: LocalEntry): string {
  return wanted.dest === '/' ? `/${entry.name}` : `${wanted.dest}/${entry.name}`;
}

function planDirectory(
  wanted: WantedDirectory,
  name: string,
  state: PathState,
  real: PathState | undefined,
  answers: Answers,
): EntryPlan | { readonly problem: string } {
  const attributes = { ...wanted.attributes, mode: wanted.directoryMode };
  const followed = state.exists && state.type === 'link' ? real : state;
  if (state.exists && followed?.exists && followed.type !== 'directory') {
    return { problem: `${name} is a ${followed.type}, not a directory` };
  }
  if (state.exists && !followed?.exists) return { problem: `${name} is a link that leads nowhere` };
  const isThere = followed?.exists === true;
  const base = isThere
    ? (followed as PathState & { exists: true })
    : newPath('directory', defaultDirectoryMode, answers.self as PathState, undefined);
  const change = attributeChange(attributes, base);
  const script = attributeScript(name, attributes, base, change.after);
  const isLink = state.exists && state.type === 'link';
  return {
    type: 'directory',
    makes: isThere ? undefined : name,
    differences: isThere ? change.differences : ['absent → directory'],
    diff: [
      {
        header: name,
        before: isThere ? `${change.beforeLines.join('\n')}\n` : 'state: absent\n',
        after: isThere ? `${change.afterLines.join('\n')}\n` : 'state: directory\n',
      },
    ],
    steps: isThere ? [{ script }] : [],
    touches: touchesOf(name),
    predicts: isLink
      ? [predict(path(state.realpath!), change.after)]
      : predictFile(name, change.after),
    after: change.after,
    writes: false,
  };
}

function planLink(
  wanted: WantedDirectory,
  name: string,
  target: string,
  state: PathState,
  answers: Answers,
): EntryPlan | { readonly problem: string } {
  const fresh = newPath('link', 0o777, answers.self as PathState, undefined);
  const after = { ...fresh, target, size: Buffer.byteLength(target) };
  const isThere = state.exists && state.type === 'link' && state.target === target;
  if (state.exists && state.type === 'directory') return { problem: `${name} is a directory` };
  const { owner, group } = wanted.attributes;
  const script = attributeScript(name, { owner, group }, undefined, after);
  return {
    type: 'link',
    differences: isThere ? [] : [`link to ${target}`],
    diff: [
      {
        header: name,
        before: state.exists ? `state: ${state.type}\n` : 'state: absent\n',
        after: `state: link\nsrc: ${target}\n`,
      },
    ],
    steps: [
      {
        script: rawSh(
          `${sh`ln -sfn -- ${target} ${pathWord(name)}`.text}${script.text && ` &&\n${script.text}`}`,
        ),
      },
    ],
    touches: touchesOf(name),
    predicts: predictFile(name, after),
    after,
    writes: false,
  };
}

function planEntry(
  wanted: WantedDirectory,
  name: string,
  entry: LocalEntry & { readonly type: 'file' },
  index: number,
  answers: Answers,
  there: ReadonlySet<string>,
): EntryPlan | { readonly problem: string } {
  const state = answers[`p${index}`] as PathState;
  const isFollowed = wanted.follow && state.exists && state.type === 'link' && state.realpath;
  const isReplaced = state.exists && state.type === 'link' && !isFollowed;
  const mode = wanted.attributes.mode === 'preserve' ? entry.mode : wanted.attributes.mode;
  const parent = newPath('directory', defaultDirectoryMode, answers.self as PathState, undefined);
  const isNew = !state.exists && !state.denied && wanted.validate === undefined;
  const canBatch = isNew && (answers.tar as PathState).exists;
  const batch = canBatch ? batchedFile(wanted.dest, entry, there) : undefined;
  const plan = planFile(
    {
      path: name,
      real: isFollowed ? state.realpath! : name,
      state: isFollowed ? (answers[`r${index}`] as PathState) : state,
      digest: isReplaced
        ? { digest: undefined, why: 'not-a-file' }
        : (answers[`d${index}`] as DigestState),
      old: answers[`c${index}`] as ContentState | undefined,
      parent: { ...parent, type: 'unknown' },
      self: answers.self as PathState,
    },
    {
      ...entry.file,
      attributes: { ...wanted.attributes, mode },
      backup: wanted.backup,
      validate: wanted.validate,
      isBatched: batch !== undefined,
      force: wanted.force,
      parentMode: defaultDirectoryMode,
    },
  );
  if ('problem' in plan) return plan;
  const below = batch && { ...batch, file: { ...batch.file, mode: plan.after.mode } };
  return { ...plan, type: 'file', below };
}

function foldersThere(wanted: WantedDirectory, answers: Answers): Set<string> {
  const there = wanted.local.entries.filter(({ type }, index) => {
    const state = answers[`p${index}`] as PathState;
    return type === 'directory' && state.exists;
  });
  return new Set(there.map(({ name }) => name));
}
