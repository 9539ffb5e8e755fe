import { type Prediction, predict } from '../observe/observation.ts';
import { type PathState, type PresentPath, path } from '../observe/path.ts';
import { type TreeState, tree } from '../observe/tree.ts';
import { pathWord, wordGroups } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import type { Decision } from './contract.ts';
import type { FileArgs } from './file-arguments.ts';
import {
  attributeChange,
  attributeResult,
  attributeScript,
  attributeSummary,
  newPath,
  ownerWord,
} from './file-attributes.ts';
import { defaultDirectoryMode, modeText } from './file-mode.ts';
import { attributeDiff } from './file-states.ts';
import { timeChange, wantedTimes } from './file-times.ts';
import { joinPath, parentOf, predictFile, touchesOf } from './file-touches.ts';

type Answers = { readonly [name: string]: unknown };

/** state: directory, with all that is in it where `recurse` asks for it. */
export function decideDirectoryState(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  const isFollowed = given.follow && at.exists && at.type === 'link';
  const state = isFollowed ? (observed.real as PathState | undefined) : at;
  const name = isFollowed && at.realpath ? at.realpath : given.path;
  if (isFollowed && !state?.exists) {
    return { kind: 'failed', message: `${given.path} is a link that leads nowhere: ${at.target}` };
  }
  if (!state?.exists) return createFolders(given, observed);
  if (state.type !== 'directory') {
    return {
      kind: 'failed',
      message: `${given.path} already exists as a ${state.type}`,
      result: { path: given.path },
    };
  }
  const change = attributeChange(given, state);
  const dated = timeChange(name, wantedTimes(given, 'directory', observed), change.after);
  const below = given.recurse ? entryChanges(given, name, observed.tree as TreeState) : [];
  const differences = [
    ...change.differences,
    ...dated.differences,
    ...(below.length > 0 ? [`${below.length} entries in it`] : []),
  ];
  const result = { path: name, ...attributeResult(change.after) };
  if (differences.length === 0) {
    const all = given.recurse ? ' with all in it' : '';
    return {
      kind: 'unchanged',
      reason: `${name} already is a directory${all}, ${attributeSummary(state)}`,
      result,
    };
  }
  const own =
    change.differences.length > 0 ? attributeScript(name, given, state, change.after).text : '';
  return {
    kind: 'change',
    summary: `${name}: ${differences.join(', ')}`,
    diff: [
      attributeDiff(name, change),
      ...below.map((entry) => attributeDiff(entry.path, entry.change)),
    ],
    apply: [
      {
        script: rawSh(
          [...entryScripts(given, below), own, dated.script.text].filter(Boolean).join(' &&\n'),
        ),
      },
    ],
    touches: [path(given.path), path(name), ...below.map((entry) => path(entry.path))],
    predicts: [
      predict(path(name), dated.after),
      ...below.map((entry) => predict(path(entry.path), entry.change.after)),
      ...treePrediction(given, name, observed, below),
    ],
    result,
    verify: !dated.isNow,
  };
}

/** Every folder that is made gets the mode and owner, as Ansible does. */
function createFolders(given: FileArgs, observed: Answers): Decision {
  const missing = [given.path];
  for (let folder = parentOf(given.path), index = 0; ; index++, folder = parentOf(folder)) {
    const state = observed[`above${index}`] as PathState | undefined;
    if (!state) break;
    if (state.exists) {
      if (state.type !== 'directory' && state.type !== 'link') {
        return { kind: 'failed', message: `${folder} is a ${state.type}, not a directory` };
      }
      break;
    }
    missing.unshift(folder);
  }
  const self = observed.self as PathState;
  const parent = missing.length === 1 ? (observed.parent as PathState) : undefined;
  const fresh = newPath('directory', defaultDirectoryMode, self, parent);
  const { after } = attributeChange(given, fresh);
  const lines = missing.map((folder) => {
    // another process may make the folder at the same moment
    const make = sh`{ (umask 022; mkdir ${pathWord(folder)}) || [ -d ${pathWord(folder)} ]; }`.text;
    const script = attributeScript(folder, given, fresh, after).text;
    return script === '' ? make : `${make} &&\n${script}`;
  });
  const above = missing.length > 1 ? ` and ${missing.length - 1} above it` : '';
  return {
    kind: 'change',
    summary: `${given.path}: absent → directory${above}, ${attributeSummary(after)}`,
    diff: missing.map((folder) => ({
      header: folder,
      before: 'state: absent\n',
      after: 'state: directory\n',
    })),
    apply: [{ script: rawSh(lines.join(' &&\n')) }],
    touches: touchesOf(...missing),
    predicts: [
      ...missing.flatMap((folder) => predictFile(folder, after)),
      ...treePrediction(given, given.path, observed, []),
    ],
    result: { path: given.path, ...attributeResult(after) },
    verify: true,
  };
}

interface EntryChange {
  readonly path: string;
  readonly name: string;
  readonly before: PresentPath;
  readonly change: ReturnType<typeof attributeChange>;
}

function entryChanges(given: FileArgs, root: string, below: TreeState): EntryChange[] {
  return below.entries
    .map((entry) => ({
      path: joinPath(root, entry.name),
      name: entry.name,
      before: entry,
      change: attributeChange(given, entry),
    }))
    .filter((entry) => entry.change.differences.length > 0);
}

/** One chown for all and one chmod for each mode, deepest first: a folder may lose its x. */
function entryScripts(given: FileArgs, entries: readonly EntryChange[]): string[] {
  const lines: string[] = [];
  const owned = entries.filter(
    ({ before, change: { after } }) => before.owner !== after.owner || before.group !== after.group,
  );
  for (const words of wordGroups(owned.map((entry) => pathWord(entry.path)))) {
    lines.push(sh`chown -h ${ownerWord(given.owner, given.group)} ${words}`.text);
  }
  const moded = entries
    .filter(({ before, change: { after } }) => {
      const isCleared =
        (after.mode & 0o6000) !== 0 && before.owner + before.group !== after.owner + after.group;
      return after.type !== 'link' && (before.mode !== after.mode || isCleared);
    })
    .toReversed();
  for (const [mode, group] of Map.groupBy(moded, (entry) => entry.change.after.mode)) {
    for (const words of wordGroups(group.map((entry) => pathWord(entry.path)))) {
      lines.push(sh`chmod ${modeText(mode)} ${words}`.text);
    }
  }
  return lines;
}

function treePrediction(
  given: FileArgs,
  name: string,
  observed: Answers,
  changed: readonly EntryChange[],
): Prediction[] {
  const below = observed.tree as TreeState | undefined;
  if (!given.recurse) return [];
  const after = new Map(changed.map((entry) => [entry.name, entry.change.after]));
  const entries = (below?.entries ?? []).map((entry) => ({ ...entry, ...after.get(entry.name) }));
  return [predict(tree(name), { exists: true, entries, denied: below?.denied ?? 0 })];
}
