import { RolecallError } from '../errors.ts';
import type { Connection, Target } from './connection.ts';
import { DialDropped, Dialer } from './dial.ts';
import { ShellConnection } from './shell-connection.ts';
import { droppedError } from './ssh-errors.ts';
import { type LogInOptions, type Login, logIn } from './ssh-login.ts';
import { parseJump, type SshSettings, sshSettings } from './ssh-settings.ts';
import { sshTransport } from './ssh-transport.ts';

/** Connects with node-ssh, through jump hosts where set; each hop's key is verified like the host's. */
export async function connectSsh(target: Target, signal: AbortSignal): Promise<Connection> {
  return new ShellConnection(sshTransport(await reach(target, signal, [])));
}

const dialer = new Dialer();
/** Logins on jump hosts, shared by all hosts behind them; the last user ends one. */
const hops = new Map<string, { readonly login: Promise<Login>; users: number }>();

async function reach(target: Target, signal: AbortSignal, behind: string[]): Promise<Login> {
  const settings = await sshSettings(target);
  const name = `${settings.address}:${settings.port}`;
  if (behind.includes(name)) {
    throw new RolecallError({
      code: 'ssh-option-unsupported',
      message: `ProxyJump goes round in a circle: ${[...behind, name].join(' → ')}`,
      host: target.host,
    });
  }
  const jump = settings.jumps.at(-1);
  if (jump === undefined || isSelf(jump, settings)) return dial(settings, name, { signal });
  const hop = hopTarget(target, jump, settings.jumps.slice(0, -1));
  const [through, release] = await enterHop(hop, signal, [...behind, name]);
  try {
    const sock = await through.forward(settings.address, settings.port).catch((error) => {
      throw unreachableBehind(name, through.endpoint, error as Error);
    });
    const login = await dial(settings, name, { signal, sock });
    void login.broken.then(release);
    return login;
  } catch (error) {
    release();
    throw error;
  }
}

async function dial(settings: SshSettings, name: string, options: LogInOptions): Promise<Login> {
  try {
    // A stream through a jump host can be used once only.
    if (options.sock) return await logIn(settings, options);
    return await dialer.dial(name, options.signal, () => logIn(settings, options));
  } catch (error) {
    if (error instanceof DialDropped) throw droppedError(`${settings.user}@${name}`, error);
    throw error;
  }
}

async function enterHop(
  target: Target,
  signal: AbortSignal,
  behind: string[],
): Promise<[Login, () => void]> {
  const key = JSON.stringify(target, (name, value) => (name === 'host' ? undefined : value));
  const shared = hops.get(key) ?? { login: reach(target, signal, behind), users: 0 };
  hops.set(key, shared);
  shared.users += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    shared.users -= 1;
    if (shared.users > 0) return;
    hops.delete(key);
    void shared.login.then((login) => login.end()).catch(() => {});
  };
  try {
    const login = await shared.login;
    void login.broken.then(() => {
      if (hops.get(key) === shared) hops.delete(key);
    });
    return [login, release];
  } catch (error) {
    if (hops.get(key) === shared) hops.delete(key);
    throw error;
  }
}

/** `Host *` with a ProxyJump names the jump host too. */
function isSelf(jump: string, settings: SshSettings): boolean {
  const { host, port } = parseJump(jump);
  return host === settings.address && (port ?? 22) === settings.port;
}

/** A jump host has its own login; of the target's credentials it gets named keys, never the password. */
function hopTarget(target: Target, jump: string, before: readonly string[]): Target {
  const { host, user, port } = parseJump(jump);
  return {
    host: target.host,
    driver: 'ssh',
    address: host,
    user,
    port,
    privateKeyFile: target.privateKeyFile,
    passphrase: target.passphrase,
    sshArgs: before.length > 0 ? ['-J', before.join(',')] : [],
    hostKeyChecking: target.hostKeyChecking,
    knownHostsFiles: target.knownHostsFiles,
    connectTimeoutMs: target.connectTimeoutMs,
  };
}

function unreachableBehind(name: string, jump: string, cause: Error): RolecallError {
  return new RolecallError(
    { code: 'unreachable', message: `${name} cannot be reached from ${jump}: ${cause.message}` },
    { cause },
  );
}
