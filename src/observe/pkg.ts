import { RolecallError } from '../errors.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';
import type { Collector, Observation } from './observation.ts';

export type PkgStatus =
  | 'absent'
  | 'config-files'
  | 'half-installed'
  | 'unpacked'
  | 'half-configured'
  | 'triggers-awaited'
  | 'triggers-pending'
  | 'installed';

export interface PkgRow {
  /** Without the architecture. */
  readonly name: string;
  readonly architecture: string;
  readonly status: PkgStatus;
  readonly version: string;
  /** `apt-mark hold`. */
  readonly held: boolean;
}

/** What dpkg knows of a name (`nginx`, `libc6:i386`) or a glob (`php8.*`). */
export interface PkgState {
  /** Of the first match that is installed; `absent` without any match. */
  readonly status: PkgStatus;
  readonly version: string | undefined;
  readonly held: boolean;
  /** Installed packages that provide this name (virtual packages). */
  readonly provided: boolean;
  /** Every match, removed ones with configuration left among them. */
  readonly rows: readonly PkgRow[];
  /** The host has no dpkg. */
  readonly unsupported?: true;
}

/** A package in dpkg's database. The name may carry an architecture and the globs `*`, `?`, `[…]`. */
export function pkg(name: string): Observation<PkgState> {
  return { kind: 'pkg', key: name };
}

/** The state of a package that is there in this version; for predictions. */
export function installedPkg(name: string, version: string | undefined): PkgState {
  const row: PkgRow = {
    name: name.split(':')[0]!,
    architecture: name.split(':')[1] ?? '',
    status: 'installed',
    version: version ?? '',
    held: false,
  };
  return { status: 'installed', version, held: false, provided: false, rows: [row] };
}

export const absentPkg: PkgState = {
  status: 'absent',
  version: undefined,
  held: false,
  provided: false,
  rows: [],
};

/** The package's files are in place and it is set up, pending triggers aside. */
export function isInstalled(state: { readonly status: PkgStatus }): boolean {
  return (
    state.status === 'installed' ||
    state.status === 'triggers-awaited' ||
    state.status === 'triggers-pending'
  );
}

export const pkgCollector: Collector<PkgState> = {
  kind: 'pkg',
  script,
  parse(answer, keys) {
    const text = answer.stdout.toString();
    if (/^no-dpkg$/m.test(text)) return keys.map(() => ({ ...absentPkg, unsupported: true }));
    if (!/^end$/m.test(text)) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `the state of ${keys.length} packages cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    const rows = readRows(text);
    const provided = new Set(providedNames(text));
    return keys.map((key) => stateOf(key, rows, provided));
  },
};

const format =
  'p\\t${Package}\\t${Architecture}\\t${db:Status-Want}\\t${db:Status-Status}\\t${Version}\\n';

/** dpkg-query stops at names that cannot be; those are not asked for. */
const askable = /^[a-z0-9*?[][a-z0-9+.*?[\]!-]*(:[a-z0-9-]+)?$/;

function script(keys: readonly string[]): Sh {
  const names = keys.filter((key) => askable.test(key));
  const plain = names.filter((name) => /^[a-z0-9+.-]+$/.test(name));
  const anyOf = plain.map((name) => name.replace(/[.+]/g, '[$&]')).join('|');
  const provides =
    plain.length > 0
      ? sh`|| grep -E ${`^Provides:(.*[ ,])?(${anyOf})([ ,]|$)`} /var/lib/dpkg/status`
      : rawSh('');
  const query =
    names.length > 0 ? sh`dpkg-query -W -f ${format} ${names} 2>/dev/null ${provides}` : rawSh(':');
  return sh`if command -v dpkg-query >/dev/null; then
${query}
echo end
else echo no-dpkg
fi`;
}

function readRows(text: string): PkgRow[] {
  const rows: PkgRow[] = [];
  for (const line of text.split('\n')) {
    const [mark, name, architecture, want, status, version] = line.split('\t');
    if (mark !== 'p' || !name || version === undefined) continue;
    rows.push({
      name,
      architecture: architecture ?? '',
      status: status === 'not-installed' ? 'absent' : (status as PkgStatus),
      version,
      held: want === 'hold',
    });
  }
  return rows;
}

function providedNames(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('Provides:'))
    .flatMap((line) => line.slice('Provides:'.length).split(','))
    .map((part) => part.trim().split(/[ :(]/)[0]!);
}

function stateOf(key: string, all: readonly PkgRow[], provided: ReadonlySet<string>): PkgState {
  const matches = packageMatcher(key);
  const rows = all.filter((row) => row.status !== 'absent' && matches(row));
  const first = rows.find(isInstalled) ?? rows[0];
  return {
    status: first?.status ?? 'absent',
    version: first?.version || undefined,
    held: first?.held ?? false,
    provided: !(first && isInstalled(first)) && provided.has(key),
    rows,
  };
}

/** Whether a row is one that a name or glob means. */
export function packageMatcher(
  key: string,
): (row: { readonly name: string; readonly architecture: string }) => boolean {
  const [name, architecture] = key.split(':') as [string, string | undefined];
  const pattern = isGlob(name) ? globPattern(name) : undefined;
  return (row) =>
    (pattern ? pattern.test(row.name) : row.name === name) &&
    (!architecture || row.architecture === architecture || row.architecture === 'all');
}

export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** A shell glob as a regular expression over the whole text. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(/\[!?[^\]]*\]|[\\^$.|?*+()[\]{}]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`, 's');
}
