import { RolecallError } from '../errors.ts';
import { type Sh, sh } from '../shell/sh.ts';
import type { Channel } from './channel.ts';
import type { Connection, Target } from './connection.ts';
import { Tail } from './output.ts';
import { startProcess } from './process-channel.ts';
import { ShellConnection } from './shell-connection.ts';

/**
 * Connects with the system's ssh: hardware keys, certificates, Kerberos and everything else in
 * ~/.ssh/config. ssh checks host keys by itself. Passwords cannot be given to it.
 */
export async function connectOpenssh(target: Target, signal: AbortSignal): Promise<Connection> {
  if (target.password !== undefined) throw passwordUnsupported(target);
  const endpoint = `${target.user ? `${target.user}@` : ''}${target.address}:${target.port ?? 22}`;
  const channels = new Set<Channel>();
  const over: PromiseWithResolvers<Error> = Promise.withResolvers();
  const open = async (command: string): Promise<Channel> => {
    // ssh says 255 both for its own failures and for a signal over there; a subshell keeps them apart.
    const wrapped = sh`exec /bin/sh -c ${`(${command}); exit $?`}`;
    const channel = startProcess(sshCommand(target, wrapped.text));
    channels.add(channel);
    void channel.ended.then(() => channels.delete(channel));
    return noticingLoss(channel, (lost) => over.resolve(lost));
  };
  const connection = new ShellConnection({
    endpoint,
    broken: over.promise,
    open,
    close: async () => {
      for (const channel of channels) channel.destroy();
      await Promise.all([...channels].map(({ ended }) => ended));
    },
  });
  const abort = () => void connection.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    // The first command opens the shell that later ones use.
    await connection.run({ script: sh`:` });
    return connection;
  } catch (error) {
    signal.throwIfAborted();
    throw openError(error as Error, endpoint);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function sshCommand(target: Target, command: string): Sh {
  const checking = { strict: 'yes', 'accept-new': 'accept-new', off: 'no' }[target.hostKeyChecking];
  const options = [
    'BatchMode=yes',
    `ConnectTimeout=${Math.max(1, Math.ceil(target.connectTimeoutMs / 1000))}`,
    'ServerAliveInterval=7',
    'ServerAliveCountMax=3',
    `StrictHostKeyChecking=${checking}`,
    'ControlMaster=no',
    'ControlPath=none',
    'RequestTTY=no',
    'ForwardAgent=no',
    'EscapeChar=none',
    'LogLevel=ERROR',
    ...(target.knownHostsFiles ? [`UserKnownHostsFile=${target.knownHostsFiles.join(' ')}`] : []),
    ...(target.privateKeyFile ? [`IdentityFile=${target.privateKeyFile}`] : []),
    ...(target.user ? [`User=${target.user}`] : []),
    ...(target.port ? [`Port=${target.port}`] : []),
  ].flatMap((option) => ['-o', option]);
  // For ssh the first value of an option holds, so the user's arguments come first.
  return sh`exec ssh ${[...target.sshArgs, ...options]} -- ${target.address} ${command}`;
}

function noticingLoss(channel: Channel, notice: (lost: Error) => void): Channel {
  const said = new Tail();
  channel.stderr.on('data', (chunk: Buffer) => said.add(chunk));
  const ended = channel.ended.then((end) => {
    if (end.status !== 255 && !end.lost) return end;
    const lines = said.text.split('\n').filter((line) => line && !/[0-9a-f]{32}/.test(line));
    const lost = end.lost ?? new Error(lines.slice(-3).join(' ') || 'ssh ended with status 255');
    if (end.lost || ownFailure.test(lines.join('\n'))) notice(lost);
    return { lost };
  });
  return { ...channel, ended };
}

/** What ssh itself says about its connection; without it a shell of ours was killed. */
const ownFailure =
  /^(ssh: |client_loop|Connection (to|reset|closed)|Timeout, server|packet_write|kex_exchange|ssh_dispatch|mux_)/m;

function openError(error: Error, endpoint: string): Error {
  if (/ssh: .*not found/.test(error.message)) return notInstalled();
  if (!(error instanceof RolecallError) || error.code !== 'connection-lost') return error;
  const said = error.cause instanceof Error ? error.cause.message : error.message;
  const code = kinds.find(({ pattern }) => pattern.test(said))?.code ?? 'unreachable';
  return new RolecallError({ code, message: `${endpoint}: ${said}` }, { cause: error });
}

const kinds = [
  { pattern: /IDENTIFICATION HAS CHANGED|key.*has changed|REVOKED/i, code: 'host-key-changed' },
  { pattern: /No .* host key is known|Host key verification failed/i, code: 'host-key-unknown' },
  { pattern: /Permission denied|Too many authentication/i, code: 'authentication-failed' },
] as const;

function notInstalled(): RolecallError {
  return new RolecallError({
    code: 'unreachable',
    message: 'the openssh driver needs ssh, which is not installed on this machine',
    hint: 'Install openssh-client, or use ansible_connection: ssh.',
  });
}

function passwordUnsupported(target: Target): RolecallError {
  return new RolecallError({
    code: 'ssh-option-unsupported',
    message: 'the openssh driver cannot log in with a password',
    hint: 'Use a key, or ansible_connection: ssh.',
    host: target.host,
  });
}
