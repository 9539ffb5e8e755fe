import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/observe/observation.ts';
import { path } from '../../src/observe/path.ts';
import { tree } from '../../src/observe/tree.ts';
import { unit } from '../../src/observe/unit.ts';
import { observationName, stablePart } from '../../src/plan/stable.ts';
import { Unknown } from '../../src/values.ts';

const file = {
  ...{ exists: true, type: 'file', mode: 0o644, uid: 0, gid: 0, owner: 'root', group: 'root' },
  ...{ size: 3, atime: 1, mtime: 1, ctime: 1, inode: 7, dev: 1, nlink: 1, blocks: 8 },
};
const nginx = {
  ...{ manager: 'systemd', loadState: 'loaded', activeState: 'active', subState: 'running' },
  ...{ unitFileState: 'enabled', mainPid: 10, needDaemonReload: false, transitory: false },
  id: 'nginx.service',
};

interface Case {
  readonly observation: Observation<unknown>;
  readonly state: object;
  /** What does not count. */
  readonly restless: object;
  /** What does. */
  readonly moved: object;
}

const cases: Record<string, Case> = {
  file: {
    observation: path('/etc/x'),
    state: file,
    restless: { atime: 2, mtime: 2, ctime: 2, inode: 8 },
    moved: { mode: 0o600 },
  },
  'size of a file': {
    observation: path('/etc/x'),
    state: file,
    restless: { blocks: 16 },
    moved: { size: 4 },
  },
  'size of a folder': {
    observation: path('/etc'),
    state: { ...file, type: 'directory' },
    restless: { size: 4096 },
    moved: { owner: 'shop' },
  },
  tree: {
    observation: tree('/srv'),
    state: { exists: true, denied: 0, entries: [{ ...file, name: 'a' }] },
    restless: { entries: [{ ...file, name: 'a', mtime: 9 }] },
    moved: { entries: [{ ...file, name: 'b' }] },
  },
  unit: {
    observation: unit('nginx'),
    state: nginx,
    restless: { mainPid: 11 },
    moved: { activeState: 'inactive' },
  },
};

describe('what of a state tells that somebody altered the host', () => {
  test.each(Object.entries(cases))('%s', (_name, { observation, state, restless, moved }) => {
    const before = stablePart(observation, state);
    expect(stablePart(observation, { ...state, ...restless })).toEqual(before);
    expect(stablePart(observation, { ...state, ...moved })).not.toEqual(before);
  });

  test('kinds that differ by themselves do not count, nor does what is unknown', () => {
    expect(stablePart({ kind: 'facts', key: 'hardware' }, { free: 1 })).toBeUndefined();
    expect(stablePart({ kind: 'probe', key: 'x' }, 'out')).toBeUndefined();
    expect(stablePart(path('/x'), new Unknown('why'))).toBeUndefined();
  });

  test('names for people', () => {
    expect(observationName(unit('nginx'))).toBe('unit nginx');
    expect(observationName(path('/etc/x'))).toBe('path /etc/x');
    expect(observationName({ kind: 'probe', key: 'grants\nmysql -e …' })).toBe('probe grants');
  });
});
