import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import type { Mapping } from '../values.ts';
import { loadYaml } from '../yaml/load.ts';
import { markSecret } from '../yaml/secrets.ts';

/** Decrypts vault text; throws `vault-failed`. `at` is where the text stands. */
export type Decrypt = (ciphertext: string, at: SourcePosition) => string;

/** The variables of one file. */
export interface VarsFile {
  readonly path: string;
  readonly values: Mapping;
}

/** The group_vars/ and host_vars/ in some folders, the files of later folders win. */
export class VarsBeside {
  private readonly folders: readonly string[];
  private readonly decrypt: Decrypt;
  private readonly listings = new Map<string, ReadonlySet<string>>();
  private readonly loaded = new Map<string, readonly VarsFile[]>();
  /** Files found so far that are not read because another of the same name comes first. */
  readonly warnings: Problem[] = [];

  constructor(folders: readonly string[], decrypt: Decrypt) {
    this.folders = folders;
    this.decrypt = decrypt;
  }

  /** Files for a group, weakest first; empty when there are none. */
  group(name: string): readonly VarsFile[] {
    return this.load('group_vars', name);
  }

  host(name: string): readonly VarsFile[] {
    return this.load('host_vars', name);
  }

  /** Reads the files of all groups and hosts, so that a bad one is found before anything is done. */
  readAll(inventory: {
    readonly groups: ReadonlyMap<string, unknown>;
    readonly hosts: ReadonlyMap<string, unknown>;
  }): void {
    const problems: Problem[] = [];
    const attempt = (read: () => unknown): void => {
      try {
        read();
      } catch (error) {
        if (!(error instanceof RolecallError)) throw error;
        problems.push(...error.problems);
      }
    };
    for (const name of inventory.groups.keys()) attempt(() => this.group(name));
    for (const name of inventory.hosts.keys()) attempt(() => this.host(name));
    if (problems.length > 0) throw new RolecallError(problems);
  }

  private load(kind: string, name: string): readonly VarsFile[] {
    const key = `${kind}/${name}`;
    const known = this.loaded.get(key);
    if (known) return known;
    const files = this.folders.flatMap((folder) =>
      this.find(path.join(folder, kind), name).map((file) => loadVarsFile(file, this.decrypt)),
    );
    this.loaded.set(key, files);
    return files;
  }

  /** As Ansible: the first of `name`, `name.yml`, `name.yaml`, `name.json`; a folder is read whole. */
  private find(folder: string, name: string): string[] {
    if (path.isAbsolute(name) || name.includes('/')) return [];
    const entries = this.list(folder);
    const [found, ...hidden] = extensions
      .map((extension) => name + extension)
      .filter((one) => entries.has(one));
    if (found === undefined) return [];
    const file = path.join(folder, found);
    for (const other of hidden) this.warnings.push(hiddenFile(path.join(folder, other), found));
    return isFolder(file) ? filesBelow(file) : [file];
  }

  private list(folder: string): ReadonlySet<string> {
    let entries = this.listings.get(folder);
    if (!entries) {
      entries = new Set(exists(folder) ? readFolder(folder) : []);
      this.listings.set(folder, entries);
    }
    return entries;
  }
}

/**
 * The variables in a YAML or JSON file, decrypted when the whole file is a vault; an empty file has none.
 * Throws `file-unreadable`, `vault-failed` or `yaml-syntax`; never takes a bad file for an empty one.
 */
export function loadVarsFile(file: string, decrypt: Decrypt): VarsFile {
  const at = { file, line: 1, column: 1 };
  const bytes = reading(file, () => readFileSync(file));
  const encrypted = bytes.subarray(0, vaultHeader.length).toString('latin1') === vaultHeader;
  const values = loadYaml(encrypted ? decrypt(bytes.toString('latin1'), at) : bytes, file);
  if (values === null) return { path: file, values: new Map() };
  if (values instanceof Map) {
    if (encrypted) markSecret(values);
    return { path: file, values };
  }
  throw new RolecallError({
    code: 'yaml-syntax',
    message: 'a variables file must hold a mapping of names to values',
    at,
  });
}

const vaultHeader = '$ANSIBLE_VAULT;';
const extensions = ['', '.yml', '.yaml', '.json'];

function hiddenFile(file: string, read: string): Problem {
  return {
    code: 'file-unreadable',
    message: `'${path.basename(file)}' is not read, because '${read}' beside it is`,
    at: { file, line: 1, column: 1 },
    hint: 'As in Ansible only the first of name, name.yml, name.yaml and name.json counts; join them.',
  };
}

/** Hidden files, backups and other extensions are left out, as Ansible does. */
function filesBelow(folder: string): string[] {
  const files: string[] = [];
  for (const entry of readFolder(folder).sort()) {
    if (entry.startsWith('.') || entry.endsWith('~')) continue;
    const file = path.join(folder, entry);
    const extension = path.extname(entry);
    if (isFolder(file)) files.push(...(extension === '' ? filesBelow(file) : []));
    else if (extensions.includes(extension)) files.push(file);
  }
  return files;
}

function readFolder(folder: string): string[] {
  return reading(folder, () => readdirSync(folder));
}

function isFolder(file: string): boolean {
  return reading(file, () => statSync(file).isDirectory());
}

function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Runs a file operation; its failure becomes `file-unreadable`. */
export function reading<T>(file: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const dangling = code === 'ENOENT' && exists(file);
    throw new RolecallError(
      {
        code: 'file-unreadable',
        message: dangling
          ? `'${file}' is a link to something that does not exist`
          : `'${file}' cannot be read: ${reasons[code ?? ''] ?? (error as Error).message}`,
        at: { file, line: 1, column: 1 },
      },
      { cause: error },
    );
  }
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'it does not exist',
  EACCES: 'permission is denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is not a directory',
  ELOOP: 'its links go in a circle',
};
