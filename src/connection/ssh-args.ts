import { nearestName, RolecallError } from '../errors.ts';

/** Settings of ssh that the ssh driver understands, by their names in ssh_config(5), lower case. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

/** Reads `ansible_ssh_common_args` and friends. What cannot be honoured is an error that names it. */
export function parseSshArgs(args: readonly string[]): SshOptions {
  const options = new Map<string, string[]>();
  const add = (key: string, value: string) => {
    const name = key.toLowerCase();
    const known = options.get(name);
    if (!known) options.set(name, [value]);
    else if (name === 'identityfile') known.push(value);
  };
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift()!;
    const flag = arg.slice(0, 2);
    if (ignoredFlags.has(arg)) continue;
    const key = flagKeys[flag];
    if (!key && flag !== '-o') throw unsupported(`'${arg}'`);
    const value = arg.length > 2 ? arg.slice(2) : rest.shift();
    if (value === undefined) throw unsupported(`'${arg}' without a value`);
    if (key) add(key, value);
    else add(...option(value));
  }
  return options;
}

/** The options that are honoured; the others of a config file are left aside. */
export const honoured = [
  'hostname',
  'hostkeyalias',
  'user',
  'port',
  'identityfile',
  'identitiesonly',
  'identityagent',
  'proxyjump',
  'proxycommand',
  'userknownhostsfile',
  'globalknownhostsfile',
  'stricthostkeychecking',
  'connecttimeout',
  'batchmode',
];

/** Given in ssh arguments often, and of no effect on how this driver connects. */
const harmless = [
  'controlmaster',
  'controlpersist',
  'controlpath',
  'compression',
  'loglevel',
  'serveraliveinterval',
  'serveralivecountmax',
  'tcpkeepalive',
  'forwardagent',
  'forwardx11',
  'gssapiauthentication',
  'preferredauthentications',
  'pubkeyauthentication',
  'passwordauthentication',
  'kbdinteractiveauthentication',
  'checkhostip',
  'hashknownhosts',
  'updatehostkeys',
  'addkeystoagent',
  'requesttty',
  'addressfamily',
  'visualhostkey',
];
const ignoredFlags = new Set(['-C', '-q', '-v', '-vv', '-vvv', '-T', '-x', '-a', '-4', '-6']);
const flagKeys: Record<string, string> = {
  '-i': 'identityfile',
  '-p': 'port',
  '-l': 'user',
  '-J': 'proxyjump',
};

function option(text: string): [string, string] {
  const match = /^\s*([A-Za-z0-9]+)\s*(?:=|\s)\s*(.*?)\s*$/s.exec(text);
  if (!match) throw unsupported(`'-o ${text}'`);
  const key = match[1]!.toLowerCase();
  if (!honoured.includes(key) && !harmless.includes(key)) {
    throw unsupported(`option '${match[1]}'`, nearestName(key, honoured));
  }
  return [key, match[2]!.replace(/^"(.*)"$/s, '$1')];
}

function unsupported(what: string, nearest?: string): RolecallError {
  return new RolecallError({
    code: 'ssh-option-unsupported',
    message: `the ssh driver cannot honour ${what} in the ssh arguments`,
    nearest,
  });
}
