import type { Become, Target } from '../connection/connection.ts';
import { nearestName, RolecallError } from '../errors.ts';
import { splitWords } from '../shell/split-words.ts';
import { Float, type Value } from '../values.ts';
import type { Keywords } from './inherit.ts';

/** Connection settings of the command line: weaker than keywords and variables. */
export interface ConnectionDefaults {
  readonly connection?: string;
  readonly user?: string;
  readonly privateKeyFile?: string;
  readonly password?: string;
  readonly sshArgs: readonly string[];
  readonly hostKeyChecking: Target['hostKeyChecking'];
  readonly timeoutSeconds: number;
  readonly become: boolean;
  readonly becomeMethod: string;
  readonly becomeUser: string;
  readonly becomePassword?: string;
}

/** Looks a variable up by name, already evaluated; undefined when there is none. */
export type ReadVariable = (name: string) => Value | undefined;

/** How to reach a host: variables win over keywords, keywords over the command line. */
export function targetOf(
  host: string,
  read: ReadVariable,
  keywords: Keywords,
  defaults: ConnectionDefaults,
): Target {
  const connection =
    text(read('ansible_connection')) ?? text(keywords.connection) ?? defaults.connection;
  const port = number(host, 'ansible_port', read('ansible_port') ?? read('ansible_ssh_port'));
  const password = text(
    read('ansible_password') ?? read('ansible_ssh_pass') ?? read('ansible_ssh_password'),
  );
  return {
    host,
    driver: driverOf(host, connection, read),
    address: text(read('ansible_host') ?? read('ansible_ssh_host')) ?? host,
    port: port ?? number(host, 'port', keywords.port),
    user:
      text(read('ansible_user') ?? read('ansible_ssh_user')) ??
      text(keywords.remoteUser) ??
      defaults.user,
    password: password ?? defaults.password,
    privateKeyFile:
      text(read('ansible_ssh_private_key_file') ?? read('ansible_private_key_file')) ??
      defaults.privateKeyFile,
    passphrase: text(read('ansible_ssh_private_key_passphrase')),
    sshArgs: [...defaults.sshArgs, ...sshArgs(host, read)],
    hostKeyChecking: hostKeyChecking(read, defaults),
    knownHostsFiles: undefined,
    connectTimeoutMs:
      1000 *
      (number(host, 'ansible_timeout', read('ansible_ssh_timeout') ?? read('ansible_timeout')) ??
        defaults.timeoutSeconds),
  };
}

/** Who to become for a task; undefined when nobody. */
export function becomeOf(
  host: string,
  read: ReadVariable,
  keywords: Keywords,
  defaults: ConnectionDefaults,
): Become | undefined {
  const wanted = read('ansible_become') ?? keywords.become ?? defaults.become;
  if (!isTrue(wanted)) return undefined;
  const method =
    text(read('ansible_become_method') ?? keywords.becomeMethod) ?? defaults.becomeMethod;
  const short = method.replace(/^(ansible\.builtin|community\.general)\./, '');
  if (short !== 'sudo' && short !== 'su' && short !== 'doas') {
    throw new RolecallError({
      code: 'become-failed',
      message: `become method '${method}' is not supported`,
      expected: 'sudo, su or doas',
      nearest: nearestName(short, ['sudo', 'su', 'doas']),
      host,
    });
  }
  return {
    method: short,
    user: text(read('ansible_become_user') ?? keywords.becomeUser) ?? defaults.becomeUser,
    password:
      text(
        read('ansible_become_password') ?? read('ansible_become_pass') ?? read('ansible_sudo_pass'),
      ) ?? defaults.becomePassword,
    flags: text(read('ansible_become_flags') ?? keywords.becomeFlags),
    exe: text(read('ansible_become_exe') ?? keywords.becomeExe),
  };
}

/** Truth of a keyword or variable as Ansible reads it: 'yes', 'true', 1 and so on. */
export function isTrue(value: unknown): boolean {
  if (typeof value === 'string') return /^(yes|true|on|1|y|t)$/i.test(value.trim());
  return value === true || value === 1;
}

function driverOf(
  host: string,
  connection: string | undefined,
  read: ReadVariable,
): Target['driver'] {
  switch (connection?.replace(/^(ansible\.builtin|ansible)\./, '')) {
    case undefined:
      return host === 'localhost' && read('ansible_host') === undefined ? 'local' : 'ssh';
    case 'ssh':
    case 'smart':
    case 'paramiko':
    case 'paramiko_ssh':
      return 'ssh';
    case 'openssh':
      return 'openssh';
    case 'local':
      return 'local';
    default:
      throw new RolecallError({
        code: 'unreachable',
        message: `connection '${connection}' is not supported`,
        expected: 'ssh, openssh or local',
        nearest: nearestName(connection!, ['ssh', 'openssh', 'local']),
        hint: 'Set ansible_connection to one that is.',
        host,
      });
  }
}

function hostKeyChecking(
  read: ReadVariable,
  defaults: ConnectionDefaults,
): Target['hostKeyChecking'] {
  const value = read('ansible_host_key_checking') ?? read('ansible_ssh_host_key_checking');
  if (value === undefined || value === null) return defaults.hostKeyChecking;
  if (value === 'accept-new') return 'accept-new';
  return isTrue(value) || value === 'strict' ? 'strict' : 'off';
}

function sshArgs(host: string, read: ReadVariable): string[] {
  const names = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];
  return names.flatMap((name) => {
    const given = text(read(name)) ?? '';
    const words = splitWords(given);
    if (words) return words;
    throw new RolecallError({
      code: 'invalid-argument',
      message: `${name} '${given}' has a quote that stays open`,
      host,
    });
  });
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return value instanceof Float ? String(value.value) : String(value);
}

function number(host: string, name: string, value: Value | undefined): number | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  const parsed = Number(given);
  if (Number.isNaN(parsed)) {
    throw new RolecallError({
      code: 'invalid-argument',
      message: `${name} is '${given}'`,
      expected: 'a number',
      host,
    });
  }
  return parsed;
}
