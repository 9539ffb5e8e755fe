import { execFileSync } from 'node:child_process';
import { RolecallError } from '../errors.ts';
import { fromPlain, type Mapping, type Value } from '../values.ts';
import type { Inventory } from './inventory.ts';

/** Runs an inventory script with --list (and --host where it gives no _meta) and adds what it prints. */
export function readScript(file: string, into: Inventory, hostVars: Mapping): void {
  const listed = runScript(file, ['--list']);
  const meta = listed.get('_meta');
  const known = meta instanceof Map ? meta.get('hostvars') : undefined;
  const hosts = new Set<string>();
  for (const [name, content] of listed) {
    if (name !== '_meta') readGroup(String(name), content, file, into, hostVars, hosts);
  }
  for (const host of hosts) {
    const vars =
      known === undefined ? runScript(file, ['--host', host]) : asMapping(known).get(host);
    if (vars instanceof Map) into.addHost(host, { vars });
  }
}

const deadline = 120_000;
const maxOutput = 256 * 1024 * 1024;

function readGroup(
  name: string,
  content: Value,
  file: string,
  into: Inventory,
  hostVars: Mapping,
  hosts: Set<string>,
): void {
  into.addGroup(name);
  const group = asGroup(name, content);
  const listed = group.get('hosts') ?? [];
  if (!Array.isArray(listed)) throw invalid(file, `hosts of group '${name}' are not a list`);
  for (const entry of listed) {
    const host = String(entry);
    hosts.add(host);
    const vars = into.hosts.has(host) ? undefined : hostVars;
    into.addHost(host, { groups: [name], ...(vars && { vars }) });
  }
  const vars = group.get('vars') ?? new Map();
  if (!(vars instanceof Map)) throw invalid(file, `vars of group '${name}' are not a mapping`);
  for (const [key, value] of vars) into.setGroupVar(name, key, value);
  const children = group.get('children') ?? [];
  if (!Array.isArray(children)) throw invalid(file, `children of group '${name}' are not a list`);
  for (const child of children) into.addGroup(String(child), { parent: name });
}

/** A bare list is the group's hosts; a mapping without known keys is a host with its variables. */
function asGroup(name: string, content: Value): Mapping {
  if (!(content instanceof Map)) return new Map([['hosts', content]]);
  if (['hosts', 'vars', 'children'].some((key) => content.has(key))) return content;
  return new Map<Value, Value>([
    ['hosts', [name]],
    ['vars', content],
  ]);
}

function runScript(file: string, args: readonly string[]): Mapping {
  const shown = [file, ...args].join(' ');
  let output: string;
  try {
    output = execFileSync(file, args, {
      encoding: 'utf8',
      timeout: deadline,
      maxBuffer: maxOutput,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stderr, status, message } = error as Error & { stderr?: string; status?: number };
    const detail = stderr?.trim().split('\n').slice(-5).join('\n') || message;
    throw invalid(file, `inventory script '${shown}' failed (${status ?? 'not run'}): ${detail}`);
  }
  if (output.trim() === '' && args[0] === '--host') return new Map();
  try {
    return asMapping(fromPlain(JSON.parse(output)));
  } catch {
    throw invalid(file, `inventory script '${shown}' did not print a JSON object`);
  }
}

function asMapping(value: Value): Mapping {
  if (value instanceof Map) return value;
  throw new TypeError('not a mapping');
}

function invalid(file: string, message: string): RolecallError {
  return new RolecallError({
    code: 'inventory-invalid',
    message,
    at: { file, line: 1, column: 1 },
  });
}
