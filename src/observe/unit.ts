import { RolecallError } from '../errors.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import type { Collector, Observation } from './observation.ts';
import { concernsUnits, predictedUnitFile } from './unit-files.ts';

export type UnitScope = 'system' | 'user' | 'global';
export type ServiceManager = 'systemd' | 'openrc' | 'sysvinit' | 'none';

/** A unit of systemd, or a service of another init with what it can tell put in the same words. */
export interface UnitState {
  readonly manager: ServiceManager;
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  readonly loadState: string;
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading`. */
  readonly activeState: string;
  readonly subState: string;
  /** `enabled`, `disabled`, `static`, `masked`, `generated`, `indirect`, `alias`, `` … */
  readonly unitFileState: string;
  readonly mainPid: number;
  readonly needDaemonReload: boolean;
  /** Started once and gone again: a oneshot that does not remain. */
  readonly transitory: boolean;
  /** The full name that systemd knows: `ssh.service`. */
  readonly id: string;
}

/**
 * A unit; a name without a suffix is a service.
 *
 * @example unit('nginx'), unit('backup.timer', 'user')
 */
export function unit(name: string, scope: UnitScope = 'system'): Observation<UnitState> {
  return { kind: 'unit', key: `${scope} ${name}` };
}

export const absentUnit: UnitState = {
  manager: 'systemd',
  loadState: 'not-found',
  activeState: 'inactive',
  subState: 'dead',
  unitFileState: '',
  mainPid: 0,
  needDaemonReload: false,
  transitory: false,
  id: '',
};

/** One `systemctl show` for all units of a scope. */
export const unitCollector: Collector<UnitState> = {
  kind: 'unit',
  script,
  parse(answer, keys) {
    const text = answer.stdout.toString();
    if (!text.endsWith('\nend\n')) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `the state of ${keys.length} units cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    return readAnswer(text, keys);
  },
  mayBeBrought: (state) => state.loadState === 'not-found',
  staleAfter: (_key, touched) => concernsUnits(touched),
  overlay(state, key, predictions) {
    if (state.loadState !== 'not-found' || state.manager !== 'systemd') return state;
    const [scope = '', ...rest] = key.split(' ');
    const id = withSuffix(rest.join(' '));
    const unitFileState = predictedUnitFile(id, scope, predictions);
    if (!unitFileState) return state;
    if (state.activeState === 'active') return new Unknown(lostFile(id));
    return { ...state, loadState: 'loaded', unitFileState, id };
  },
};

/** What enabled it may have outlived its file; links that lead nowhere are not told. */
function lostFile(id: string): string {
  return `${id} runs without its file; whether it starts at boot is known once the file is there`;
}

const scopes: readonly UnitScope[] = ['system', 'user', 'global'];
const properties =
  'Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,NeedDaemonReload,Type,RemainAfterExit';

function script(keys: readonly string[]): Sh {
  const showing: Sh[] = [];
  for (const scope of scopes) {
    const names = askable(keys, scope).map((name) => withSuffix(name));
    if (names.length === 0) continue;
    showing.push(sh`echo ${`scope ${scope}`}`);
    if (scope === 'user') {
      showing.push(rawSh('export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"'));
    }
    showing.push(
      scope === 'global'
        ? sh`for n in ${names}; do printf 'Id=%s\\nLoadState=loaded\\nUnitFileState=%s\\n\\n' "$n" "$(systemctl --global is-enabled -- "$n" 2>/dev/null)"; done`
        : sh`systemctl ${`--${scope}`} show -p ${properties} -- ${names}`,
    );
  }
  const plain = keys
    .filter((key) => key.startsWith('system '))
    .map((key) => key.slice('system '.length).replace(/\.service$/, ''));
  const services = [
    ...new Set(plain.filter((name) => /^[\w.@+-]+$/.test(name) && !name.startsWith('-'))),
  ];
  return sh`if [ -d /run/systemd/system ]; then
echo manager systemd
${joinSh(showing)}
echo
for n in ${services.length > 0 ? services : rawSh('')}; do
  [ -e "/etc/init.d/$n" ] || continue
  e=disabled
  for f in /etc/rc[2345].d/S[0-9][0-9]"$n"; do [ -e "$f" ] && e=enabled; done
  echo "sysv $n $e"
done
elif command -v rc-service >/dev/null; then
echo manager openrc
u=$(rc-update show 2>/dev/null)
for n in ${services.length > 0 ? services : rawSh('')}; do
  [ -e "/etc/init.d/$n" ] || continue
  if rc-service "$n" status >/dev/null 2>&1 </dev/null; then a=active; else a=inactive; fi
  case "
$u" in *"
 "*" $n |"*|*" $n |"*) e=enabled ;; *) e=disabled ;; esac
  echo "service $n $a $e"
done
elif [ -d /etc/init.d ] && command -v service >/dev/null; then
echo manager sysvinit
for n in ${services.length > 0 ? services : rawSh('')}; do
  [ -e "/etc/init.d/$n" ] || continue
  if service "$n" status >/dev/null 2>&1 </dev/null; then a=active; else a=inactive; fi
  e=disabled
  for f in /etc/rc[2345].d/S[0-9][0-9]"$n"; do [ -e "$f" ] && e=enabled; done
  echo "service $n $a $e"
done
else echo manager none
fi
echo
echo end`;
}

/** Names that systemctl takes as they are; others cannot exist. */
function askable(keys: readonly string[], scope: UnitScope): string[] {
  return keys
    .filter((key) => key.startsWith(`${scope} `))
    .map((key) => key.slice(scope.length + 1))
    .filter((name) => /^[\w.@:\\+-]+$/.test(name) && !name.startsWith('-'));
}

const suffixes = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

function withSuffix(name: string): string {
  return suffixes.test(name) ? name : `${name}.service`;
}

function readAnswer(text: string, keys: readonly string[]): UnitState[] {
  const manager = (/^manager (\w+)$/m.exec(text)?.[1] ?? 'none') as ServiceManager;
  const absent = { ...absentUnit, manager };
  if (manager !== 'systemd') {
    const services = readServices(text, manager);
    return keys.map(
      (key) => services.get(key.replace(/^\w+ /, '').replace(/\.service$/, '')) ?? absent,
    );
  }
  const sysv = new Map<string, string>(
    [...text.matchAll(/^sysv (\S+) (\w+)$/gm)].map(
      (row) => [`${row[1]}.service`, row[2]!] as const,
    ),
  );
  const found = new Map<string, UnitState>();
  for (const scope of scopes) {
    const start = text.indexOf(`scope ${scope}\n`);
    if (start < 0) continue;
    const section = text.slice(start + `scope ${scope}\n`.length).split(/^scope /m)[0]!;
    const blocks = section.split(/\n\n+/);
    for (const [index, name] of askable(keys, scope).entries()) {
      const state = readBlock(blocks[index] ?? '');
      if (state) found.set(`${scope} ${name}`, withSysv(state, sysv.get(withSuffix(name))));
    }
  }
  return keys.map((key) => found.get(key) ?? absent);
}

function readBlock(block: string): UnitState | undefined {
  const values = new Map<string, string>();
  for (const line of block.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const loadState = values.get('LoadState');
  if (!loadState) return undefined;
  return {
    manager: 'systemd',
    loadState,
    activeState: values.get('ActiveState') ?? 'inactive',
    subState: values.get('SubState') ?? 'dead',
    unitFileState: values.get('UnitFileState') ?? '',
    mainPid: Number(values.get('MainPID') ?? 0) || 0,
    needDaemonReload: values.get('NeedDaemonReload') === 'yes',
    transitory: values.get('Type') === 'oneshot' && values.get('RemainAfterExit') !== 'yes',
    id: values.get('Id') ?? '',
  };
}

/** systemd does not tell whether a unit made from an init script is enabled; its rc links do. */
function withSysv(state: UnitState, links: string | undefined): UnitState {
  const made = state.unitFileState === 'generated' || state.unitFileState === '';
  return made && links ? { ...state, unitFileState: links } : state;
}

function readServices(text: string, manager: ServiceManager): Map<string, UnitState> {
  return new Map(
    [...text.matchAll(/^service (\S+) (\w+) (\w+)$/gm)].map((row) => [
      row[1]!,
      {
        ...absentUnit,
        manager,
        loadState: 'loaded',
        activeState: row[2]!,
        subState: row[2] === 'active' ? 'running' : 'dead',
        unitFileState: row[3]!,
        id: row[1]!,
      },
    ]),
  );
}
