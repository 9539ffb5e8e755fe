import { group } from '../observe/group.ts';
import { type Prediction, predict } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { absentUnit, unit } from '../observe/unit.ts';
import { user } from '../observe/user.ts';

/**
 * A service that a package leaves behind, by default enabled and running as Debian's packages do.
 *
 * @example apt('Install nginx', { name: 'nginx' }, { brings: [bringsUnit('nginx')] })
 */
export function bringsUnit(
  name: string,
  { enabled = true, running = true }: { enabled?: boolean; running?: boolean } = {},
): Prediction {
  return predict(unit(name), {
    ...absentUnit,
    loadState: 'loaded',
    unitFileState: enabled ? 'enabled' : 'disabled',
    activeState: running ? 'active' : 'inactive',
    subState: running ? 'running' : 'dead',
    id: name.includes('.') ? name : `${name}.service`,
  });
}

/** Owner, group and mode of what a package leaves behind; root's and 0755 (folders) or 0644 (files) by default. */
export interface BroughtPath {
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: number;
}

/** A folder that a package leaves behind. */
export function bringsDirectory(name: string, attributes: BroughtPath = {}): Prediction {
  return predict(path(name), broughtPath('directory', { mode: 0o755, ...attributes }));
}

/** A file that a package leaves behind; its content stays unknown. */
export function bringsFile(name: string, attributes: BroughtPath = {}): Prediction {
  return predict(path(name), broughtPath('file', { mode: 0o644, ...attributes }));
}

/** A link that a package leaves behind. */
export function bringsLink(name: string, target: string): Prediction {
  return predict(path(name), { ...broughtPath('link', { mode: 0o777 }), target } as PathState);
}

/** Something that no package brings: what is absent stays absent. */
export function bringsNo(name: string): Prediction {
  return predict(path(name), { exists: false });
}

/** A system user that a package adds, with a group of the same name. */
export function bringsUser(
  name: string,
  home = '/nonexistent',
  shell = '/usr/sbin/nologin',
): Prediction[] {
  return [
    predict(user(name), {
      exists: true,
      name,
      uid: undefined,
      gid: undefined,
      group: name,
      comment: '',
      home,
      shell,
      groups: [],
      shadow: undefined,
    }),
    bringsGroup(name),
  ];
}

/** A group that a package adds. */
export function bringsGroup(name: string): Prediction {
  return predict(group(name), { exists: true, name, gid: undefined, members: [] });
}

function broughtPath(
  type: 'directory' | 'file' | 'link',
  { owner = 'root', group: ownGroup = 'root', mode = 0 }: BroughtPath,
): PathState {
  return {
    exists: true,
    type,
    mode,
    uid: owner === 'root' ? 0 : undefined,
    gid: ownGroup === 'root' ? 0 : undefined,
    owner,
    group: ownGroup,
    size: 0,
    atime: 0,
    mtime: 0,
    ctime: 0,
    inode: 0,
    dev: 0,
    nlink: 1,
    blocks: 0,
  };
}
