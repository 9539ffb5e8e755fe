import { type Observation, probe } from '../observe/observation.ts';
import { type Sh, sh } from '../shell/sh.ts';
import type { Decision } from './contract.ts';

/** A host's package manager other than apt, and which of the names it has installed. */
export interface OtherPackages {
  readonly manager: string;
  readonly installed: readonly boolean[];
}

const managers = ['dnf', 'yum', 'apk', 'pacman', 'zypper'] as const;

export function otherPackages(names: readonly string[]): Observation<OtherPackages> {
  return probe('package manager', question(names), (answer) => {
    const [manager, flags = ''] = answer.stdout.toString().trim().split(' ');
    return { manager: manager || 'none', installed: names.map((_, index) => flags[index] === '1') };
  });
}

/** Simple packages by dnf, yum, apk, pacman or zypper: present and absent only. */
export function decideOther(
  names: readonly string[],
  state: string,
  found: OtherPackages,
): Decision {
  const { manager } = found;
  if (manager === 'none') {
    return {
      kind: 'failed',
      message: 'no known package manager on this host',
      hint: `apt, ${managers.join(', ')} are known; use raw or command for another.`,
    };
  }
  const wanted = ['absent', 'removed'].includes(state)
    ? false
    : ['present', 'installed'].includes(state)
      ? true
      : undefined;
  if (wanted === undefined) {
    return {
      kind: 'failed',
      message: `state '${state}' is supported with apt only; this host has ${manager}`,
      hint: 'Use present or absent.',
    };
  }
  const todo = names.filter((_, index) => found.installed[index] !== wanted);
  if (todo.length === 0) {
    return {
      kind: 'unchanged',
      reason: `${names.join(', ')} ${wanted ? 'installed' : 'not installed'} (${manager})`,
      result: {},
    };
  }
  const lines = todo.map((name) => `${name}\n`).join('');
  return {
    kind: 'change',
    summary: `${wanted ? 'install' : 'remove'} ${todo.join(', ')}`,
    diff: [{ header: 'packages', before: wanted ? '' : lines, after: wanted ? lines : '' }],
    apply: [{ script: sh`umask 022\n${command(manager, wanted)} ${todo} </dev/null` }],
    touches: 'everything',
    predicts: [
      { observation: otherPackages(names), state: { manager, installed: names.map(() => wanted) } },
    ],
    ...(wanted && { mayBring: todo.join(', ') }),
    verify: true,
  };
}

/** `MANAGER FLAGS`: one 0 or 1 per name. */
function question(names: readonly string[]): Sh {
  return sh`m=none
command -v apt-get >/dev/null && { echo apt; exit 0; }
for t in ${managers}; do command -v "$t" >/dev/null && { m=$t; break; }; done
f=
for n in ${names}; do
  case $m in
    apk) apk info -e "$n" >/dev/null 2>&1 ;;
    pacman) pacman -Q -- "$n" >/dev/null 2>&1 ;;
    none) false ;;
    *) rpm -q --whatprovides -- "$n" >/dev/null 2>&1 ;;
  esac && f="\${f}1" || f="\${f}0"
done
echo "$m $f"`;
}

function command(manager: string, install: boolean): Sh {
  const words: Readonly<Record<string, readonly [string[], string[]]>> = {
    apk: [
      ['apk', 'add'],
      ['apk', 'del'],
    ],
    pacman: [
      ['pacman', '-S', '--noconfirm', '--needed'],
      ['pacman', '-R', '--noconfirm'],
    ],
    zypper: [
      ['zypper', '--non-interactive', 'install'],
      ['zypper', '--non-interactive', 'remove'],
    ],
  };
  const pair = words[manager] ?? [
    [manager, '-y', 'install'],
    [manager, '-y', 'remove'],
  ];
  return sh`${install ? pair[0] : pair[1]}`;
}
