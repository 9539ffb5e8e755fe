import { Type } from 'typebox';
import type { FileType, PathState, PresentPath } from '../observe/path.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';
import type { ResultData } from './contract.ts';
import { type ModeArgument, modeProblem, modeText, resolveMode } from './file-mode.ts';

/** The arguments that all file modules share. */
export const attributeArguments = {
  mode: Type.Optional(
    Type.Union([Type.Integer(), Type.String()], {
      description: "Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r).",
    }),
  ),
  owner: Type.Optional(Type.String({ description: 'User who owns it: a name or a number.' })),
  group: Type.Optional(Type.String({ description: 'Group that owns it: a name or a number.' })),
};

export interface FileAttributes {
  readonly mode?: ModeArgument;
  readonly owner?: string;
  readonly group?: string;
}

/** What the shared arguments say that cannot be. */
export function attributeProblems(attributes: FileAttributes): string[] {
  const problem = attributes.mode === undefined ? undefined : modeProblem(attributes.mode);
  return problem ? [problem] : [];
}

export interface AttributeChange {
  /** `mode 0600 → 0644`; empty when all is as asked. */
  readonly differences: readonly string[];
  readonly after: PresentPath;
  /** The same as lines of a diff. */
  readonly beforeLines: readonly string[];
  readonly afterLines: readonly string[];
}

/** Compares what is asked with what is there. Modes of symlinks do not exist and are left out. */
export function attributeChange(wanted: FileAttributes, state: PresentPath): AttributeChange {
  let after = state;
  const differences: string[] = [];
  const beforeLines: string[] = [];
  const afterLines: string[] = [];
  const differ = (name: string, old: string, now: string) => {
    differences.push(`${name} ${old} → ${now}`);
    beforeLines.push(`${name}: ${quoteMode(name, old)}`);
    afterLines.push(`${name}: ${quoteMode(name, now)}`);
  };
  if (wanted.owner !== undefined && !isId(wanted.owner, state.owner, state.uid)) {
    differ('owner', state.owner, wanted.owner);
    after = { ...after, owner: wanted.owner, uid: numericId(wanted.owner) };
  }
  if (wanted.group !== undefined && !isId(wanted.group, state.group, state.gid)) {
    differ('group', state.group, wanted.group);
    after = { ...after, group: wanted.group, gid: numericId(wanted.group) };
  }
  if (wanted.mode !== undefined && state.type !== 'link') {
    const mode = resolveMode(wanted.mode, state.mode, state.type === 'directory');
    if (mode !== state.mode) {
      differ('mode', modeText(state.mode), modeText(mode));
      after = { ...after, mode };
    }
  }
  return { differences, after, beforeLines, afterLines };
}

/** Sets what differs. chown comes first: it clears setuid and setgid. */
export function attributeScript(
  path: string,
  wanted: FileAttributes,
  before: PresentPath | undefined,
  after: PresentPath,
): Sh {
  const lines: string[] = [];
  const owner = before?.owner === after.owner ? undefined : wanted.owner;
  const group = before?.group === after.group ? undefined : wanted.group;
  if (owner !== undefined || group !== undefined) {
    const word = ownerWord(owner, group);
    lines.push(
      sh`chown ${after.type === 'link' ? rawSh('-h ') : rawSh('')}${word} ${pathWord(path)}`.text,
    );
  }
  const isClearedByChown = lines.length > 0 && (after.mode & 0o6000) !== 0;
  if (after.type !== 'link' && (before?.mode !== after.mode || isClearedByChown)) {
    lines.push(sh`chmod ${modeText(after.mode)} ${pathWord(path)}`.text);
  }
  return rawSh(lines.join(' &&\n'));
}

/** `owner:group` for chown. */
export function ownerWord(owner: string | undefined, group: string | undefined): string {
  return `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
}

/** The result keys of a path under Ansible's names. */
export function attributeResult(state: PathState): ResultData {
  if (!state.exists) return { state: 'absent' };
  return {
    state: resultStates[state.type] ?? (state.nlink > 1 ? 'hard' : 'file'),
    mode: modeText(state.mode),
    // empty in a prediction about a user that is not known
    ...(state.owner !== '' && { owner: state.owner }),
    ...(state.group !== '' && { group: state.group }),
    ...(state.uid !== undefined && { uid: state.uid }),
    ...(state.gid !== undefined && { gid: state.gid }),
    size: state.size,
  };
}

/** `mode 0644, owner root, group root`, for the reason why nothing changes. */
export function attributeSummary(state: PresentPath): string {
  const mode = state.type === 'link' ? '' : `mode ${modeText(state.mode)}, `;
  return `${mode}owner ${state.owner}, group ${state.group}`;
}

/** Something new, made by `self` in a folder. */
export function newPath(
  type: FileType,
  mode: number,
  self: PathState,
  parent: PathState | undefined,
): PresentPath {
  const inherited = parent?.exists && parent.mode & 0o2000 ? parent : self;
  return {
    exists: true,
    type,
    mode,
    uid: self.exists ? self.uid : undefined,
    gid: inherited.exists ? inherited.gid : undefined,
    owner: self.exists ? self.owner : '',
    group: inherited.exists ? inherited.group : '',
    size: 0,
    atime: 0,
    mtime: 0,
    ctime: 0,
    inode: 0,
    dev: parent?.exists ? parent.dev : 0,
    nlink: type === 'directory' ? 2 : 1,
    blocks: 0,
  };
}

/** A new folder of that owner. */
export function ownedFolder(
  mode: number,
  owner: Pick<PresentPath, 'uid' | 'gid' | 'owner' | 'group'>,
): PresentPath {
  return { ...newPath('directory', mode, { exists: false }, undefined), ...owner };
}

function isId(wanted: string, name: string, id: number | undefined): boolean {
  return wanted === name || (numericId(wanted) === id && id !== undefined);
}

function numericId(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function quoteMode(name: string, text: string): string {
  return name === 'mode' ? `'${text}'` : text;
}

const resultStates: { readonly [type in FileType]?: string } = {
  directory: 'directory',
  link: 'link',
};
