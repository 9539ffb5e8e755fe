import { globPattern, installedPkg, isGlob, isInstalled, type PkgState } from '../observe/pkg.ts';

/** `nginx`, `nginx=1.24*`, `libc6:i386`, `php8.*`. */
export interface PackageSpec {
  readonly text: string;
  readonly name: string;
  readonly version: string | undefined;
}

export function readSpec(text: string): PackageSpec {
  const at = text.indexOf('=');
  if (at < 0) return { text, name: text.trim(), version: undefined };
  return { text, name: text.slice(0, at).trim(), version: text.slice(at + 1).trim() };
}

/** What is wrong with a name, or undefined. */
export function specProblem(text: string): string | undefined {
  if (/[<>]/.test(text)) return `'${text}': only = is supported between a name and its version`;
  const { name, version } = readSpec(text);
  if (!/^[a-z0-9*?[][a-z0-9+.*?[\]!-]*(:[a-z0-9-]+)?$/.test(name)) {
    return `'${text}' is not a package name (a-z, 0-9, + . - and globs)`;
  }
  if (version !== undefined && !/^[\w.+:~*?[\]-]+$/.test(version)) {
    return `'${text}': '${version}' is not a version`;
  }
  if (version !== undefined && isGlob(name)) return `'${text}': a glob cannot have a version`;
  return undefined;
}

/** Whether what is installed is what the spec asks for. */
export function satisfied(spec: PackageSpec, state: PkgState): boolean {
  if (spec.version === undefined) {
    if (isGlob(spec.name)) return state.rows.some(isInstalled);
    return isInstalled(state) || state.provided;
  }
  return isInstalled(state) && versionMatches(spec.version, state.version ?? '');
}

export function versionMatches(wanted: string, version: string): boolean {
  return isGlob(wanted) ? globPattern(wanted).test(version) : wanted === version;
}

/** The state once the spec is installed; the version is known when it is asked for or simulated. */
export function afterInstall(spec: PackageSpec, version: string | undefined): PkgState {
  const exact = spec.version !== undefined && !isGlob(spec.version) ? spec.version : version;
  return installedPkg(spec.name, exact);
}
