import { type Static, Type } from 'typebox';
import { type DigestState, digest } from '../observe/digest.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, type PresentPath, path, self } from '../observe/path.ts';
import type { Plain } from '../values.ts';
import { defineModule } from './contract.ts';
import { modeText } from './file-mode.ts';

const args = Type.Object({
  path: Type.String({ description: 'What to look at.' }),
  follow: Type.Boolean({ description: 'Look at what a link leads to.', default: false }),
  get_checksum: Type.Boolean({ description: 'Sum the content of a file.', default: true }),
  checksum_algorithm: Type.Union(
    ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((name) => Type.Literal(name)),
    { description: 'How.', default: 'sha1' },
  ),
  get_mime: Type.Boolean({ description: 'Taken and ignored: no type is guessed.', default: true }),
  get_attributes: Type.Boolean({
    description: 'Taken and ignored: no lsattr is run.',
    default: true,
  }),
});

export const stat = defineModule({
  name: 'stat',
  summary: 'Tells what is at a path: type, mode, owner, size, times, checksum.',
  args,
  aliases: {
    dest: 'path',
    name: 'path',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
    mime: 'get_mime',
    mime_type: 'get_mime',
    'mime-type': 'get_mime',
    attr: 'get_attributes',
    attributes: 'get_attributes',
  },
  examples: ['- name: Is it initialised\n  stat:\n    path: /var/lib/app/.done\n  register: done'],
  returns: {
    stat: 'exists, path, mode, uid, gid, pw_name, gr_name, size, isreg, isdir, islnk, mtime, checksum, …',
  },
  observe: (given): Observations => ({
    self,
    at: path(given.path),
    ...(given.get_checksum && { sum: digest(given.path, algorithmOf(given)) }),
  }),
  refine: (given, observed: Record<string, unknown>): Observations => {
    const at = observed.at as PathState;
    const leads = given.follow && at.exists && at.type === 'link' && at.realpath;
    return leads ? { real: path(leads) } : {};
  },
  decide: (given, observed: Record<string, unknown>) => {
    const at = observed.at as PathState;
    const isFollowed = given.follow && at.exists && at.type === 'link';
    const state = isFollowed ? ((observed.real as PathState | undefined) ?? { exists: false }) : at;
    if (!state.exists) {
      return {
        kind: 'unchanged',
        reason: `${given.path} does not exist`,
        result: { stat: { exists: false } },
      };
    }
    const sum = state.type === 'file' ? (observed.sum as DigestState | undefined) : undefined;
    return {
      kind: 'unchanged',
      reason: `${given.path} is a ${state.type}, mode ${modeText(state.mode)}, owner ${state.owner}`,
      result: { stat: statResult(given.path, state, observed.self as PathState, sum?.digest) },
    };
  },
});

/** What Ansible's stat returns about something that exists. */
export function statResult(
  name: string,
  state: PresentPath,
  self: PathState,
  checksum?: string,
): { [key: string]: Plain } {
  const { mode } = state;
  const access = accessOf(state, self);
  return {
    exists: true,
    path: name,
    mode: modeText(mode),
    isdir: state.type === 'directory',
    ischr: state.type === 'char',
    isblk: state.type === 'block',
    isreg: state.type === 'file',
    isfifo: state.type === 'fifo',
    islnk: state.type === 'link',
    issock: state.type === 'socket',
    uid: state.uid ?? null,
    gid: state.gid ?? null,
    size: state.size,
    inode: state.inode,
    dev: state.dev,
    nlink: state.nlink,
    atime: state.atime,
    mtime: state.mtime,
    ctime: state.ctime,
    blocks: state.blocks,
    wusr: (mode & 0o200) !== 0,
    rusr: (mode & 0o400) !== 0,
    xusr: (mode & 0o100) !== 0,
    wgrp: (mode & 0o020) !== 0,
    rgrp: (mode & 0o040) !== 0,
    xgrp: (mode & 0o010) !== 0,
    woth: (mode & 0o002) !== 0,
    roth: (mode & 0o004) !== 0,
    xoth: (mode & 0o001) !== 0,
    isuid: (mode & 0o4000) !== 0,
    isgid: (mode & 0o2000) !== 0,
    pw_name: state.owner,
    gr_name: state.group,
    readable: (access & 4) !== 0,
    writeable: (access & 2) !== 0,
    executable: (access & 1) !== 0,
    ...(state.target !== undefined && {
      lnk_target: state.target,
      lnk_source: state.realpath ?? state.target,
    }),
    ...(checksum !== undefined && { checksum }),
  };
}

/** What the user of the script may do, as the mode tells (its main group only). */
function accessOf(state: PresentPath, self: PathState): number {
  if (!self.exists || self.uid === 0) {
    return 6 | (state.type === 'directory' || state.mode & 0o111 ? 1 : 0);
  }
  if (self.uid === state.uid) return (state.mode >> 6) & 7;
  return (self.gid === state.gid ? state.mode >> 3 : state.mode) & 7;
}

function algorithmOf(given: Static<typeof args>) {
  return given.checksum_algorithm as 'sha1';
}
