import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Algorithms, Client, HostVerifier } from 'ssh2';
import { RolecallError } from '../errors.ts';
import { gatherWrites } from './gather-writes.ts';
import { HostKeyCheck } from './host-key.ts';
import { ignoreOtherHostKeys } from './other-host-keys.ts';
import { keepPacketKeys } from './packet-keys.ts';
import { type Credentials, loadCredentials } from './ssh-auth.ts';
import { dialError } from './ssh-errors.ts';
import type { SshSettings } from './ssh-settings.ts';

/** A login on one hop. */
export interface Login {
  /** `user@address:port`. */
  readonly endpoint: string;
  readonly client: Client;
  /** Resolves when the connection is over, with the reason. */
  readonly broken: Promise<Error>;
  /** The first error of the connection; known before its channels close. */
  readonly failure: () => Error | undefined;
  /** A stream from there to another address. */
  forward(address: string, port: number): Promise<Duplex>;
  /** Takes leave; harmless when it is already over. */
  end(): void;
}

export interface LogInOptions {
  readonly signal: AbortSignal;
  /** What carries the connection, for hosts behind a jump host. */
  readonly sock?: Duplex;
}

/**
 * One attempt to connect and log in. Rejects with `DialDropped` when it is worth repeating, else with
 * RolecallError `unreachable`, `host-key-unknown`, `host-key-changed` or `authentication-failed`.
 */
export async function logIn(settings: SshSettings, options: LogInOptions): Promise<Login> {
  const { address, port, user } = settings;
  const endpoint = `${user}@${address.includes(':') ? `[${address}]` : address}:${port}`;
  const check = await HostKeyCheck.load({
    host: settings.hostKeyName,
    port,
    checking: settings.hostKeyChecking,
    files: settings.knownHostsFiles,
  });
  const credentials = await loadCredentials(settings);
  options.signal.throwIfAborted();
  const sock = options.sock ?? gatherWrites(connectSocket({ host: address, port, noDelay: true }));
  const ssh = new NodeSSH();
  const connecting = ssh.connect(config(settings, check, credentials, sock));
  // Set as soon as connect() was called; without a listener of ours an error would end the process.
  const client = ssh.connection!;
  keepPacketKeys(client);
  ignoreOtherHostKeys(client);
  const seen = watch(client, sock);
  const abort = () => client.destroy();
  options.signal.addEventListener('abort', abort, { once: true });
  try {
    await connecting;
  } catch (error) {
    client.destroy();
    options.signal.throwIfAborted();
    const timeoutMs = settings.connectTimeoutMs;
    const offered = credentials.describe();
    throw (
      check.problem ??
      dialError({
        endpoint,
        error: seen.error ?? (error as Error),
        timeoutMs,
        offered,
        ...seen.state(),
      })
    );
  } finally {
    options.signal.removeEventListener('abort', abort);
    if (seen.state().handshaken) await store(check, endpoint, client);
  }
  return {
    endpoint,
    client,
    broken: seen.broken,
    failure: () => seen.error,
    forward: (to, toPort) => ssh.forwardOut('127.0.0.1', 0, to, toPort),
    end: () => {
      client.end();
      setTimeout(() => client.destroy(), 1000).unref();
    },
  };
}

function config(
  settings: SshSettings,
  check: HostKeyCheck,
  credentials: Credentials,
  sock: Duplex,
) {
  // ssh2 takes everything but a literal false for a yes, and nothing at all for a yes too.
  const hostVerifier: HostVerifier = (key: Buffer, answer: (trusted: boolean) => void) => {
    answer(check.accepts(key) === true);
  };
  return {
    sock: sock as never,
    username: settings.user,
    hostVerifier,
    readyTimeout: settings.connectTimeoutMs,
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: 3,
    algorithms: { ...algorithms, serverHostKey: check.algorithms } as Algorithms,
    authHandler: (allowed: readonly string[] | null, _partial: boolean, next: (m: never) => void) =>
      next(credentials.next(allowed) as never),
  };
}

/** Three unanswered ones and the next make four intervals: a dead peer is noticed within 28 s. */
const keepaliveMs = 7000;

/** Best first, without SHA-1; no compression. */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ],
  compress: ['none'],
};

function watch(client: Client, sock: Duplex) {
  const over: PromiseWithResolvers<Error> = Promise.withResolvers();
  const seen = { error: undefined as Error | undefined, broken: over.promise, state };
  let greeting = '';
  let handshaken = false;
  // Kept for ever: an ECONNRESET long after connecting is an event too.
  client.on('error', (error) => {
    seen.error ??= error;
  });
  client.on('handshake', () => {
    handshaken = true;
  });
  const finish = () => over.resolve(seen.error ?? new Error('the host closed it'));
  client.on('end', finish).on('close', finish);
  const listen = (chunk: Buffer) => {
    greeting += chunk.toString('latin1').slice(0, 512);
    if (greeting.includes('SSH-') || greeting.length > 512) sock.off('data', listen);
  };
  sock.on('data', listen);
  function state() {
    const at = greeting.indexOf('SSH-');
    return { greeting: at < 0 ? greeting : greeting.slice(0, at), answered: at >= 0, handshaken };
  }
  return seen;
}

async function store(check: HostKeyCheck, endpoint: string, client: Client): Promise<void> {
  try {
    await check.store();
  } catch (error) {
    client.destroy();
    throw new RolecallError(
      {
        code: 'host-key-unknown',
        message: `the new host key of ${endpoint} cannot be stored: ${(error as Error).message}`,
      },
      { cause: error },
    );
  }
}
