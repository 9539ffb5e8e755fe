import { normalizePath } from '../observe/file-aliases.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, path, self } from '../observe/path.ts';
import { tree } from '../observe/tree.ts';
import { Unknown } from '../values.ts';
import { type Answers, type Decision, defineModule } from './contract.ts';
import { type FileArgs, fileArguments, type WantedState } from './file-arguments.ts';
import { attributeProblems, newPath } from './file-attributes.ts';
import { decideDirectoryState } from './file-directory.ts';
import { decideHardLink, decideLink, linkSource } from './file-link.ts';
import { decideAbsent, decideExisting, decideTouch } from './file-states.ts';
import { timeObservations, timeProblems } from './file-times.ts';
import { parentOf } from './file-touches.ts';

export const file = defineModule({
  name: 'file',
  summary: 'Ensures a folder, link, mode or owner, or that something is gone.',
  args: fileArguments,
  aliases: { dest: 'path', name: 'path' },
  examples: [
    "- name: Folder of the application\n  file:\n    path: /srv/app\n    state: directory\n    owner: app\n    mode: '0750'",
    '- name: Enable the site\n  file:\n    src: /etc/nginx/sites-available/app\n    path: /etc/nginx/sites-enabled/app\n    state: link',
    '- name: No default site\n  file:\n    path: /etc/nginx/sites-enabled/default\n    state: absent',
  ],
  returns: {
    path: 'The path, for all states but links and touch.',
    dest: 'The path, for links and touch.',
    src: 'What a link leads to.',
    state: 'What is there now.',
    mode: "Permissions, as '0644'.",
    owner: 'Owner.',
    group: 'Group.',
    uid: 'Id of the owner.',
    gid: 'Id of the group.',
    size: 'Bytes.',
  },
  check: (given) => {
    const problems = [...attributeProblems(given), ...timeProblems(given)];
    if (given.recurse && given.state !== undefined && given.state !== 'directory') {
      problems.push("recurse option requires state to be 'directory'");
    }
    if (given.src !== undefined && given.state !== 'link' && given.state !== 'hard') {
      problems.push("src option requires state to be 'link' or 'hard'");
    }
    return problems;
  },
  prepare: (given) => ({ path: normalizePath(given.path) }),
  observe: (given): Observations => {
    const source = linkSource(given);
    return {
      self,
      at: path(given.path),
      parent: path(parentOf(given.path)),
      ...(source !== undefined && { source: path(source) }),
      ...(mayMakeFolders(given) && folderObservations(given.path)),
      ...timeObservations(given),
    };
  },
  refine: (given, observed: Record<string, unknown>): Observations => {
    const at = observed.at as PathState;
    const source = observed.source as PathState | undefined;
    const state = wantedState(given, at);
    const real = at.exists && at.type === 'link' ? at.realpath : undefined;
    const needsTree =
      (state === 'directory' && given.recurse) ||
      ((state === 'absent' || (state === 'link' && given.force)) &&
        at.exists &&
        at.type === 'directory');
    const sourceReal = source?.exists && source.type === 'link' ? source.realpath : undefined;
    return {
      ...(real !== undefined && { real: path(real) }),
      ...(sourceReal !== undefined && { sourceReal: path(sourceReal) }),
      ...(needsTree && {
        tree: tree(given.follow && state !== 'absent' ? (real ?? given.path) : given.path),
      }),
    };
  },
  decide: decideFileModule,
  decideUnknown: (given, observed: Record<string, unknown>) => {
    const known: Record<string, unknown> = { ...observed };
    if (observed.self instanceof Unknown) known.self = { exists: false } satisfies PathState;
    if (observed.parent instanceof Unknown) {
      known.parent = newPath('directory', 0o755, known.self as PathState, undefined);
    }
    // a link of our own is not what a package brings
    if (given.state === 'link' && given.src !== undefined) {
      if (observed.at instanceof Unknown) known.at = { exists: false } satisfies PathState;
      if (observed.source instanceof Unknown) known.source = { exists: false } satisfies PathState;
    }
    const unknown = Object.values(known).find((answer) => answer instanceof Unknown);
    if (unknown) return { kind: 'unknown', reason: unknown.reason };
    const isAssumed = given.state === 'link' && observed.source instanceof Unknown;
    return decideFileModule(isAssumed ? { ...given, force: true } : given, known);
  },
});

function decideFileModule(given: FileArgs, observed: Answers): Decision {
  const decision = decideState(given, observed);
  return decision.kind === 'change' ? { ...decision, together: {} } : decision;
}

function decideState(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  if (!at.exists && at.denied) {
    return { kind: 'failed', message: `${given.path} cannot be reached: permission denied` };
  }
  const state = wantedState(given, at);
  if (state === 'absent') return decideAbsent(given, observed);
  if (state === 'directory') return decideDirectoryState(given, observed);
  if (state === 'link') return decideLink(given, observed);
  if (state === 'hard') return decideHardLink(given, observed);
  if (state === 'touch') return decideTouch(given, observed);
  return decideExisting(given, observed);
}

function wantedState(given: FileArgs, at: PathState): WantedState {
  if (given.state !== undefined) return given.state as WantedState;
  if (!at.exists) return given.recurse ? 'directory' : 'file';
  if (at.type === 'directory' || at.type === 'link') return at.type;
  return at.nlink > 1 ? 'hard' : 'file';
}

function mayMakeFolders(given: FileArgs): boolean {
  return given.state === 'directory' || (given.state === undefined && given.recurse);
}

/** Each folder above a path, nearest first: `above0`, `above1`, … */
function folderObservations(name: string): Observations {
  const observations: Observations = {};
  let folder = parentOf(name);
  for (let index = 0; folder !== '/' && folder !== '.' && folder !== '~'; index++) {
    observations[`above${index}`] = path(folder);
    folder = parentOf(folder);
  }
  return observations;
}
