import { glob, readdir, readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import SSHConfig from 'ssh-config';
import { RolecallError } from '../errors.ts';
import type { Target } from './connection.ts';
import { honoured, parseSshArgs, type SshOptions } from './ssh-args.ts';

/** Everything the ssh driver needs for one hop, after ssh arguments, variables and ~/.ssh/config. */
export interface SshSettings {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly passphrase?: string;
  /** Named explicitly; absent ones are an error, unlike those of `defaultIdentities`. */
  readonly identityFiles: readonly string[];
  readonly defaultIdentities: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket of the agent; undefined = none. */
  readonly agent: string | undefined;
  /** The name under which known_hosts has the key. */
  readonly hostKeyName: string;
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off';
  readonly knownHostsFiles: readonly string[];
  /** `[user@]host[:port]`, outermost first. */
  readonly jumps: readonly string[];
  readonly connectTimeoutMs: number;
}

/** Who asks: their home directory, name and agent. */
export interface Person {
  readonly home: string;
  readonly name: string;
  readonly agent: string | undefined;
  readonly configFiles: readonly string[];
}

export function currentPerson(): Person {
  const home = homedir();
  userName ??= userInfo().username;
  return {
    home,
    name: userName,
    agent: process.env.SSH_AUTH_SOCK || undefined,
    configFiles: [join(home, '.ssh/config'), '/etc/ssh/ssh_config'],
  };
}

let userName: string | undefined;

/**
 * Merges what is set for a target: ssh arguments first, then its variables, then the config files,
 * as ssh itself would take them.
 */
export async function sshSettings(
  target: Target,
  person: Person = currentPerson(),
): Promise<SshSettings> {
  const args = parseSshArgs(target.sshArgs);
  const config = await readConfig(target.address, target.user ?? one(args, 'user'), person);
  const pick = (key: string, own?: string) => one(args, key) ?? own ?? one(config, key);
  const user = pick('user', target.user) ?? person.name;
  const address = (pick('hostname') ?? target.address).replaceAll('%h', target.address);
  const expand = (path: string) => expandPath(path, { person, address, user });
  refuseProxyCommand(pick('proxycommand'), target);
  return {
    address,
    port: portOf(pick('port', target.port?.toString()), target.host),
    user,
    password: target.password,
    passphrase: target.passphrase,
    identityFiles: [
      ...(args.get('identityfile') ?? []),
      ...(target.privateKeyFile ? [target.privateKeyFile] : []),
      ...(config.get('identityfile') ?? []),
    ].map(expand),
    defaultIdentities: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((n) =>
      join(person.home, '.ssh', n),
    ),
    identitiesOnly: pick('identitiesonly')?.toLowerCase() === 'yes',
    agent: agentSocket(pick('identityagent'), person, expand),
    hostKeyName: pick('hostkeyalias') ?? address,
    hostKeyChecking: checking(args, config, target.hostKeyChecking),
    knownHostsFiles: [
      ...(files(args, 'userknownhostsfile') ??
        target.knownHostsFiles ??
        files(config, 'userknownhostsfile') ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
      ...(files(args, 'globalknownhostsfile') ??
        files(config, 'globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts']),
    ].map(expand),
    jumps: jumpsOf(pick('proxyjump')),
    connectTimeoutMs: Number(one(args, 'connecttimeout') ?? 0) * 1000 || target.connectTimeoutMs,
  };
}

/** `[user@]host[:port]` or `ssh://…`, with IPv6 in brackets. */
export function parseJump(text: string): { host: string; user?: string; port?: number } {
  const plain = text.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const match = /^(?:(?<user>[^@]+)@)?(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/.exec(
    plain,
  );
  const { user, v6, name, port } = match?.groups ?? {};
  const host = v6 ?? name;
  if (!host) {
    throw new RolecallError({
      code: 'ssh-option-unsupported',
      message: `'${text}' is not a host to jump through`,
      expected: '[user@]host[:port]',
    });
  }
  return { host, user, port: port === undefined ? undefined : Number(port) };
}

async function readConfig(host: string, user: string | undefined, person: Person) {
  const merged = new Map<string, string[]>();
  for (const file of person.configFiles) {
    const config = await parsedConfig(file, join(person.home, '.ssh'));
    const query = { Host: host, ...(user === undefined ? {} : { User: user }) };
    // Match exec would run commands from a file that is only being read.
    const found = config.compute(query, { ignoreCase: true, matchExec: false });
    for (const [key, value] of Object.entries(found)) {
      if (!honoured.includes(key)) continue;
      const values = [value].flat();
      if (key === 'identityfile') merged.set(key, [...(merged.get(key) ?? []), ...values]);
      else if (!merged.has(key)) merged.set(key, values);
    }
  }
  return merged;
}

interface Parsed {
  readonly at: number;
  readonly config: Promise<SSHConfig>;
}

/** By file; all hosts of a run ask for the same ones within moments. */
const parsed = new Map<string, Parsed>();
const keptMs = 2000;

function parsedConfig(file: string, folder: string): Promise<SSHConfig> {
  const known = parsed.get(file);
  if (known && performance.now() - known.at < keptMs) return known.config;
  const config = configText(file, folder, 0).then((text) => SSHConfig.parse(text));
  parsed.set(file, { at: performance.now(), config });
  return config;
}

async function configText(file: string, folder: string, depth: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = await Promise.all(
    text.split('\n').map(async (line) => {
      const include = /^\s*Include[\s=]+(.+?)\s*$/i.exec(line);
      if (!include || depth >= 16) return line;
      const parts: string[] = [];
      for (const pattern of include[1]!.split(/\s+/)) {
        const path = pattern.replace(/^~\//, `${join(folder, '..')}/`);
        const full = isAbsolute(path) ? path : join(folder, path);
        for (const found of await filesLike(full))
          parts.push(await configText(found, folder, depth + 1));
      }
      return parts.join('\n');
    }),
  );
  return lines.join('\n');
}

/** The files that a pattern names, sorted. Node's own glob takes longer to load than a host to log in to. */
async function filesLike(pattern: string): Promise<string[]> {
  const name = basename(pattern);
  if (!/[*?[]/.test(pattern)) return [pattern];
  if (/[*?[]/.test(dirname(pattern)) || name.includes('[')) {
    const found: string[] = [];
    for await (const path of glob(pattern)) found.push(path);
    return found;
  }
  const like = new RegExp(
    `^${name
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const names = await readdir(dirname(pattern)).catch(() => []);
  const shown = names.filter((found) => like.test(found) && !found.startsWith('.'));
  return shown.sort().map((found) => join(dirname(pattern), found));
}

function one(options: SshOptions, key: string): string | undefined {
  return options.get(key)?.[0];
}

function files(options: SshOptions, key: string): string[] | undefined {
  return options
    .get(key)
    ?.flatMap((value) => value.split(/\s+/))
    .filter((name) => name !== 'none');
}

function portOf(text: string | undefined, host: string): number {
  if (text === undefined) return 22;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new RolecallError({
    code: 'ssh-option-unsupported',
    message: `'${text}' is not a port`,
    expected: 'a whole number from 1 to 65535',
    host,
  });
}

function checking(args: SshOptions, config: SshOptions, own: SshSettings['hostKeyChecking']) {
  const read = (text: string | undefined) => {
    const value = text?.toLowerCase();
    if (value === 'no' || value === 'off') return 'off';
    if (value === 'accept-new') return 'accept-new';
    return value === undefined ? undefined : 'strict';
  };
  const given = read(one(args, 'stricthostkeychecking'));
  if (given) return given;
  return own === 'strict' ? (read(one(config, 'stricthostkeychecking')) ?? own) : own;
}

function agentSocket(
  text: string | undefined,
  person: Person,
  expand: (path: string) => string,
): string | undefined {
  if (text === undefined || text === 'SSH_AUTH_SOCK') return person.agent;
  if (text === 'none') return undefined;
  return text.startsWith('$') ? process.env[text.slice(1)] : expand(text);
}

function jumpsOf(text: string | undefined): string[] {
  if (text === undefined || text.toLowerCase() === 'none') return [];
  return text.split(',').map((hop) => hop.trim());
}

function refuseProxyCommand(command: string | undefined, target: Target): void {
  if (command === undefined || command.toLowerCase() === 'none') return;
  throw new RolecallError({
    code: 'ssh-option-unsupported',
    message: `the ssh driver cannot honour ProxyCommand '${command}'`,
    hint: 'Use ProxyJump, or the system ssh: ansible_connection: openssh.',
    host: target.host,
  });
}

function expandPath(
  path: string,
  { person, address, user }: { person: Person; address: string; user: string },
): string {
  const tokens: Record<string, string> = {
    '%d': person.home,
    '%h': address,
    '%r': user,
    '%u': person.name,
    '%%': '%',
  };
  return path
    .replace(/^"(.*)"$/, '$1')
    .replace(/^~(?=\/|$)/, person.home)
    .replace(/%[dhru%]/g, (token) => tokens[token]!);
}
