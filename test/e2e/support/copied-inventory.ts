import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../../src/lab/contract.ts';
import { labFromInventory } from '../../../src/lab/from-inventory.ts';
import { stateDir } from '../../../src/lab/paths.ts';
import { fromPlain, type Value } from '../../../src/values.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What `rolecall inventory --list` says. */
export interface Listed {
  readonly _meta: {
    readonly hostvars: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly [group: string]: { readonly hosts?: readonly string[] } & Record<string, unknown>;
}

/**
 * inventory/NAME and the spare hosts, with addresses of a subnet of the lab's own; it goes away with this
 * process.
 */
export function copyInventory(
  name: string,
  labName: string,
  spare: readonly string[] = [],
): string {
  const folder = mkdtempSync(join(tmpdir(), `rolecall-${name}-`));
  cpSync(join(root, 'inventory', name), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('.secrets'),
  });
  const [a = 0, b = 0] = createHash('sha256').update(labName).digest();
  const net = `10.${64 + (a % 26)}.${b}.`;
  for (const file of globSync('**/*.yml', { cwd: folder })) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8')
      .replaceAll(/10\.9\d\.0\./g, net)
      .replaceAll(`/run/rolecall-lab/${name}`, stateDir(labName));
    writeFileSync(path, text);
  }
  if (spare.length > 0) {
    const hosts = spare.map((host, index) => [
      host,
      { ansible_host: `${net}${200 + index}`, lab_suite: 'sid' },
    ]);
    const inventory = { all: { hosts: Object.fromEntries(hosts) } };
    writeFileSync(join(folder, 'spare.yml'), JSON.stringify(inventory));
  }
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The lab of an inventory's hosts. */
export function labOfInventory(listed: Listed, labName: string): Lab {
  return labFromInventory({
    name: labName,
    hosts: Object.entries(listed._meta.hostvars).map(([host, vars]) => ({
      name: host,
      groups: groupsOf(host, listed),
      vars: labVariables(vars),
    })),
  });
}

function groupsOf(host: string, listed: Listed): string[] {
  return Object.entries(listed)
    .filter(([name, group]) => name !== '_meta' && group.hosts?.includes(host))
    .map(([name]) => name);
}

function labVariables(vars: Readonly<Record<string, unknown>>): ReadonlyMap<string, Value> {
  const wanted = Object.entries(vars).filter(
    ([name]) =>
      name.startsWith('lab_') ||
      name === 'ansible_host' ||
      name === 'ansible_user' ||
      name === 'ansible_ssh_private_key_file',
  );
  return new Map(wanted.map(([name, value]) => [name, fromPlain(value)]));
}
