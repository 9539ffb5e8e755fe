import { type Static, Type } from 'typebox';
import { type ContentState, content } from '../observe/content.ts';
import { predict } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { pathWord } from '../shell/path-word.ts';
import { type Sh, sh } from '../shell/sh.ts';
import { type ApplyStep, type Decision, defineModule, type ResultData } from './contract.ts';
import { ownedFolder } from './file-attributes.ts';
import {
  entryLine,
  type MountEntry,
  readEntries,
  trimmed,
  withEntry,
  withoutEntry,
} from './fstab.ts';
import { changeText, textOf } from './managed-text.ts';

const args = Type.Object({
  path: Type.String({ description: 'The mount point.' }),
  src: Type.Optional(
    Type.String({ description: 'The device, `UUID=…`, network path, or folder to bind.' }),
  ),
  fstype: Type.Optional(Type.String({ description: 'ext4, nfs, tmpfs, none …' })),
  opts: Type.Optional(Type.String({ description: 'Mount options; `defaults` when left out.' })),
  boot: Type.Optional(
    Type.Boolean({ description: 'Mount at boot; false adds noauto.', default: true }),
  ),
  dump: Type.Optional(Type.String({ description: 'The fifth field of fstab.', default: '0' })),
  passno: Type.Optional(Type.String({ description: 'The sixth field of fstab.', default: '0' })),
  state: Type.Union(
    [
      Type.Literal('mounted'),
      Type.Literal('unmounted'),
      Type.Literal('present'),
      Type.Literal('absent'),
      Type.Literal('absent_from_fstab'),
      Type.Literal('remounted'),
      Type.Literal('ephemeral'),
    ],
    {
      description:
        'mounted: now and in fstab; present: in fstab only; ephemeral: now only; unmounted: not now; absent: neither, and the folder goes.',
    },
  ),
  fstab: Type.Optional(
    Type.String({ description: 'Another file than /etc/fstab.', default: '/etc/fstab' }),
  ),
  backup: Type.Optional(
    Type.Boolean({ description: 'Keep the old fstab beside the new one.', default: false }),
  ),
});
type MountArgs = Static<typeof args>;

export const mount = defineModule({
  name: 'mount',
  summary: 'Manages mounts, now and in fstab.',
  args,
  aliases: { name: 'path' },
  examples: [
    '- name: The data disk\n  mount:\n    path: /data\n    src: UUID=0a1b\n    fstype: ext4\n    state: mounted',
  ],
  returns: { name: 'The mount point.', src: 'As given.', fstype: 'As given.', opts: 'As written.' },
  check(given) {
    const problems: string[] = [];
    if (!given.path.startsWith('/')) problems.push(`path '${given.path}' is not absolute`);
    if (
      ['mounted', 'present', 'ephemeral'].includes(given.state) &&
      (!given.src || !given.fstype)
    ) {
      problems.push(`src and fstype are needed with state ${given.state}`);
    }
    return problems;
  },
  observe: (given) => ({
    text: content(given.fstab ?? '/etc/fstab'),
    place: path(given.fstab ?? '/etc/fstab'),
    now: content('/proc/mounts'),
    point: path(trimmed(given.path)),
  }),
  decide(given, observed): Decision {
    const fstab = given.fstab ?? '/etc/fstab';
    const before = textOf(observed);
    if (before === undefined)
      return { kind: 'failed', message: `${fstab} cannot be read as a text file` };
    const target = trimmed(given.path);
    const mounts = observed.now.bytes?.toString() ?? '';
    const mounted = readEntries(mounts).findLast((entry) => entry.path === target);
    return decideState({
      given,
      target,
      fstab,
      before,
      mounts,
      mounted,
      place: observed.place,
      point: observed.point,
    });
  },
});

interface Situation {
  readonly given: MountArgs;
  readonly target: string;
  readonly fstab: string;
  readonly before: string;
  /** /proc/mounts. */
  readonly mounts: string;
  readonly mounted: MountEntry | undefined;
  readonly place: PathState;
  readonly point: PathState;
}

function decideState(at: Situation): Decision {
  const { given, target, before, mounted } = at;
  const entry = wantedEntry(given, target);
  switch (given.state) {
    case 'present':
      return act(at, entry, withEntry(before, entry), []);
    case 'ephemeral':
      return act(at, entry, before, mounted ? [] : mountSteps(at, entry, false));
    case 'mounted': {
      const after = withEntry(before, entry);
      if (!mounted) return act(at, entry, after, mountSteps(at, entry, true));
      const isOther =
        mounted.src !== entry.src && entry.src.startsWith('/dev/') && !entry.opts.includes('bind');
      const again = after !== before || isOther ? remountSteps(at, entry, isOther) : [];
      return act(at, entry, after, again);
    }
    case 'unmounted':
      return act(at, undefined, before, mounted ? [sh`umount -- ${pathWord(target)}`] : []);
    case 'absent_from_fstab':
      return act(at, undefined, withoutEntry(before, target), []);
    case 'absent': {
      const steps = [
        ...(mounted ? [sh`umount -- ${pathWord(target)}`] : []),
        ...(at.point.exists
          ? [sh`rmdir -- ${pathWord(target)} 2>/dev/null || [ -d ${pathWord(target)} ]`]
          : []),
      ];
      const after = withoutEntry(before, target);
      return act(at, undefined, after, after !== before || mounted ? steps : []);
    }
    case 'remounted':
      return {
        kind: 'change',
        summary: `remount ${target}`,
        diff: [],
        apply: [{ script: sh`mount -o remount -- ${pathWord(target)}` }],
        touches: [content('/proc/mounts')],
        predicts: [],
        result: resultOf(given, mounted),
        verify: false,
      };
  }
}

/** Writes fstab when its text differs and runs the steps; /proc/mounts is what it will be. */
function act(
  at: Situation,
  entry: MountEntry | undefined,
  after: string,
  scripts: readonly Sh[],
): Decision {
  const { given, target, before, fstab } = at;
  const result = resultOf(given, entry);
  const steps: ApplyStep[] = scripts.map((script) => ({ script }));
  if (after === before && steps.length === 0) {
    return { kind: 'unchanged', reason: reasonOf(at), result };
  }
  const predicts = [
    predict(content('/proc/mounts'), mountsAfter(at, entry)),
    ...(given.state === 'mounted' || given.state === 'ephemeral'
      ? [predict(path(target), at.point.exists ? at.point : folder)]
      : []),
  ];
  const what = `${given.state} ${target}`;
  if (after === before) {
    return {
      kind: 'change',
      summary: what,
      diff: [
        {
          header: target,
          before: `${at.mounted ? entryLine(at.mounted) : ''}\n`,
          after: `${given.state}\n`,
        },
      ],
      apply: steps,
      touches: 'everything',
      predicts,
      result,
      verify: true,
    };
  }
  return changeText({
    file: fstab,
    place: at.place,
    before,
    after,
    summary: `${what}: ${fstab}${steps.length > 0 ? ' and at once' : ''}`,
    result,
    stepsAfter: steps,
    touches: 'everything',
    predicts,
    backup: given.backup === true && before !== '',
  });
}

function wantedEntry(given: MountArgs, target: string): MountEntry {
  const opts = given.opts ?? 'defaults';
  const noauto = given.boot === false && !opts.split(',').includes('noauto');
  return {
    src: given.src ?? '',
    path: target,
    fstype: given.fstype ?? '',
    opts: noauto ? `${opts},noauto` : opts,
    dump: given.dump ?? '0',
    passno: given.passno ?? '0',
  };
}

function mountSteps(at: Situation, entry: MountEntry, byFstab: boolean): Sh[] {
  const point = pathWord(at.target);
  const make = at.point.exists ? [] : [sh`(umask 022; mkdir -p ${point})`];
  if (!byFstab)
    return [...make, sh`mount -t ${entry.fstype} -o ${entry.opts} -- ${entry.src} ${point}`];
  const table = at.fstab === '/etc/fstab' ? [] : ['-T', at.fstab];
  return [...make, sh`mount ${[...table, '--']} ${point}`];
}

function remountSteps(at: Situation, entry: MountEntry, isOther: boolean): Sh[] {
  const point = pathWord(at.target);
  if (isOther) return [sh`umount -- ${point}`, ...mountSteps(at, entry, true)];
  const again = mountSteps(at, entry, true).at(-1)!;
  return [sh`mount -o remount -- ${point} 2>/dev/null || { umount -- ${point} && ${again}; }`];
}

function mountsAfter(at: Situation, entry: MountEntry | undefined): ContentState {
  const others = at.mounts.split('\n').filter((line) => readEntries(line)[0]?.path !== at.target);
  const state = at.given.state;
  const stays = state === 'present' || state === 'absent_from_fstab';
  if (stays) return { bytes: Buffer.from(at.mounts) };
  const line = entry ? [entryLine({ ...entry, dump: '0', passno: '0' })] : [];
  return { bytes: Buffer.from(`${[...others.filter(Boolean), ...line].join('\n')}\n`) };
}

function reasonOf({ given, target, fstab, mounted }: Situation): string {
  if (given.state === 'unmounted') return `${target} is not mounted`;
  if (given.state.startsWith('absent')) return `${fstab} has no entry for ${target}`;
  const now = mounted ? ` and ${mounted.src} is mounted` : '';
  return given.state === 'ephemeral' ? `${target} is mounted` : `${fstab} has this entry${now}`;
}

function resultOf(given: MountArgs, entry: MountEntry | undefined): ResultData {
  return {
    name: given.path,
    ...(given.src !== undefined && { src: given.src }),
    ...(given.fstype !== undefined && { fstype: given.fstype }),
    opts: entry?.opts ?? given.opts ?? 'defaults',
    boot: given.boot ?? true,
    dump: given.dump ?? '0',
    passno: given.passno ?? '0',
    fstab: given.fstab ?? '/etc/fstab',
  };
}

const folder = ownedFolder(0o755, { uid: 0, gid: 0, owner: 'root', group: 'root' });
