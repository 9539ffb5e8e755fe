import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { RolecallError } from '../errors.ts';
import type { Mapping } from '../values.ts';
import { decodeSource } from '../yaml/guard.ts';
import { loadYaml } from '../yaml/load.ts';
import { warnAboutNames } from './connection-names.ts';
import { readIni } from './ini.ts';
import { Inventory } from './inventory.ts';
import { expandHostEntry } from './ranges.ts';
import { readScript } from './script.ts';
import { type Decrypt, reading } from './vars-files.ts';
import { readYamlInventory } from './yaml.ts';

export interface InventoryOptions {
  /** Whether executable sources may be run; lint and syntax checks say no. */
  readonly allowScripts: boolean;
  /** For sources that are encrypted as a whole. */
  readonly decrypt?: Decrypt;
}

/**
 * Reads inventory sources in order into one inventory: files (INI, YAML, JSON), directories of them,
 * executable scripts, and lists with a comma (`web1,web2` or `web1,`). Paths may be relative.
 * Throws with every problem of the first source that is wrong.
 *
 * @example loadInventory(['inventory/hosts.ini'], { allowScripts: true }).hostsIn('web')
 */
export function loadInventory(sources: readonly string[], options: InventoryOptions): Inventory {
  const inventory = new Inventory(sources);
  for (const source of sources) {
    if (source.includes(',') && !existsFile(source)) readHostList(source, inventory);
    else readSource(path.resolve(source), inventory, options);
  }
  inventory.reconcile();
  warnAboutNames(inventory);
  return inventory;
}

/** Folders whose group_vars/ and host_vars/ belong to the sources, in order. */
export function inventoryFolders(sources: readonly string[]): string[] {
  const folders = sources
    .filter((source) => !source.includes(',') || existsFile(source))
    .map((source) => path.resolve(source))
    .map((file) => (statSync(file).isDirectory() ? file : path.dirname(file)));
  return [...new Set(folders)];
}

function readHostList(source: string, inventory: Inventory): void {
  for (const entry of source.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const { names, port } = expandHostEntry(entry);
    const vars: Mapping = new Map();
    if (port !== undefined) vars.set('ansible_port', port);
    for (const name of names) inventory.addHost(name, { groups: ['ungrouped'], vars });
  }
}

function readSource(file: string, inventory: Inventory, options: InventoryOptions): void {
  if (!reading(file, () => statSync(file)).isDirectory()) {
    readFile(file, inventory, options);
    return;
  }
  for (const entry of reading(file, () => readdirSync(file)).sort()) {
    if (entry.endsWith('.ini')) {
      inventory.warnings.push({
        code: 'inventory-invalid',
        message: `'${entry}' is not read: in an inventory directory .ini files are ignored, as in Ansible`,
        at: { file: path.join(file, entry), line: 1, column: 1 },
        hint: 'Rename the file without .ini, or name it with -i.',
      });
    } else if (!ignored.test(entry)) {
      readSource(path.join(file, entry), inventory, options);
    }
  }
}

const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.cfg|\.retry)$/;

function readFile(file: string, inventory: Inventory, options: InventoryOptions): void {
  const hostVars: Mapping = new Map([
    ['inventory_file', file],
    ['inventory_dir', path.dirname(file)],
  ]);
  const bytes = reading(file, () => readFileSync(file));
  if (isProgram(bytes)) {
    readProgram(file, inventory, hostVars, options);
    return;
  }
  const text = decodeSource(unvaulted(bytes, file, options), file);
  if (isYaml(file, text)) readYamlInventory(loadYaml(text, file), file, inventory, hostVars);
  else readIni(text, file, inventory, hostVars);
}

function unvaulted(bytes: Buffer, file: string, options: InventoryOptions): Buffer | string {
  if (!options.decrypt || !bytes.toString('latin1', 0, 15).startsWith('$ANSIBLE_VAULT;')) {
    return bytes;
  }
  return options.decrypt(bytes.toString('latin1'), { file, line: 1, column: 1 });
}

function readProgram(
  file: string,
  inventory: Inventory,
  hostVars: Mapping,
  options: InventoryOptions,
): void {
  const at = { file, line: 1, column: 1 };
  if (!isExecutable(file)) {
    throw new RolecallError({
      code: 'inventory-invalid',
      message: 'the file begins with #! like a script but is not executable',
      at,
      hint: `Make it executable (chmod +x ${path.basename(file)}) or remove the first line.`,
    });
  }
  if (options.allowScripts) {
    readScript(file, inventory, hostVars);
    return;
  }
  inventory.warnings.push({
    code: 'inventory-invalid',
    message: 'the inventory script is not run here, so its hosts are not known',
    at,
    hint: 'Nothing to do: this command reads files only.',
  });
}

function isProgram(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 4);
  return start.startsWith('#!') || start === '\x7fELF';
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** By extension, else by the first line that is no comment: `name:`, `---`, `{` begin no INI file. */
function isYaml(file: string, text: string): boolean {
  if (/\.(?:ya?ml|json)$/.test(file)) return true;
  if (/\.(?:ini|cfg)$/.test(file)) return false;
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
  return first !== undefined && /^(?:---|\{|["']?[\w.-]+["']?:\s*(?:\{.*)?(?:#.*)?$)/.test(first);
}

function existsFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}
