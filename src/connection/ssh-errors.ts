import { RolecallError } from '../errors.ts';
import { DialDropped } from './dial.ts';

export interface DialFailure {
  readonly endpoint: string;
  /** What failed, as node-ssh gave it. */
  readonly error: Error & { level?: string; code?: string | number };
  /** Text that the host sent before SSH began. */
  readonly greeting: string;
  /** The host's SSH identification has been read. */
  readonly answered: boolean;
  readonly handshaken: boolean;
  readonly timeoutMs: number;
  /** What was offered to log in. */
  readonly offered: string;
}

/** What a failed dial means: to be repeated, or an error to show. */
export function dialError(failure: DialFailure): Error {
  const { endpoint, error, greeting, answered, timeoutMs } = failure;
  if (/not allowed at this time/i.test(greeting)) {
    return new DialDropped(`it says '${greeting.trim()}' (PerSourcePenalties)`, true);
  }
  if (!answered && (greeting || hungUp(error))) {
    const said = greeting.trim() || 'it closed the connection at once';
    return new DialDropped(`${said} (MaxStartups?)`, false);
  }
  if (error.level === 'client-authentication') {
    return problem(
      'authentication-failed',
      `${endpoint} refused the login (${failure.offered})`,
      error,
    );
  }
  if (/Too many authentication failures/i.test(error.message)) {
    const hint =
      'The host counts each key as an attempt: name one with ansible_ssh_private_key_file and set IdentitiesOnly yes.';
    return problem(
      'authentication-failed',
      `${endpoint}: ${error.message} (${failure.offered})`,
      error,
      hint,
    );
  }
  const mismatch = /no matching (.+)$/.exec(error.message);
  if (mismatch) {
    const hint =
      'The system ssh knows more algorithms: set ansible_connection: openssh for this host.';
    return problem(
      'unreachable',
      `${endpoint} and the ssh driver have no ${mismatch[1]} in common`,
      error,
      hint,
    );
  }
  if (failure.handshaken && /Bad packet length/.test(error.message)) {
    return problem(
      'unreachable',
      `${endpoint} sent more at once than the ssh driver takes, most likely a banner beyond 32 KiB`,
      error,
      'Shorten the Banner of its sshd, or use the system ssh: ansible_connection: openssh.',
    );
  }
  if (failure.handshaken && hungUp(error)) {
    return problem(
      'authentication-failed',
      `${endpoint} hung up during the login (${failure.offered})`,
      error,
    );
  }
  if (error.level === 'client-timeout' || error.code === 'ETIMEDOUT') {
    return problem('unreachable', `${endpoint} did not answer within ${timeoutMs / 1000} s`, error);
  }
  return problem('unreachable', `${endpoint}: ${plain(error)}`, error);
}

/** The error of a dial that was dropped until no attempt was left. */
export function droppedError(endpoint: string, error: DialDropped): RolecallError {
  const hint = error.penalty
    ? 'sshd penalises this address for earlier failed logins; wait a minute.'
    : 'Its sshd is overloaded (MaxStartups), or something closes connections from this address.';
  return problem(
    'unreachable',
    `${endpoint} hangs up before SSH begins: ${error.message}`,
    error,
    hint,
  );
}

function hungUp({ message, code }: DialFailure['error']): boolean {
  return (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    /No response from server|Connection lost|before handshake|socket hang up/i.test(message)
  );
}

function plain({ code, message }: DialFailure['error']): string {
  const texts: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    EHOSTUNREACH: 'no route to the host',
    ENETUNREACH: 'no route to the network',
    ENOTFOUND: 'its name is not known',
    EAI_AGAIN: 'its name could not be looked up',
  };
  return texts[String(code)] ?? message;
}

function problem(
  code: 'unreachable' | 'authentication-failed',
  message: string,
  cause: Error,
  hint?: string,
): RolecallError {
  return new RolecallError({ code, message, hint }, { cause });
}
