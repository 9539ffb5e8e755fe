import type { Sh } from '../shell/sh.ts';
import type { Traffic } from './traffic.ts';

/** Runs scripts on one host over one connection. */
export interface Connection {
  /** What was reached, for messages: `root@10.0.0.1:22`. */
  readonly endpoint: string;
  /**
   * Runs one script with `/bin/sh` in a subshell: stdin is `stdin` or /dev/null, LC_ALL=C, umask 077
   * (what a user wrote as a command wants umask 022 first), sbin folders on the PATH.
   * Calls made without awaiting are sent back to back (one round trip) and run in order per user.
   * Resolves with any exit status. Rejects with RolecallError: `connection-lost` (the outcome is unknown),
   * `deadline-exceeded`, `become-failed`, `output-too-large` is not an error but `truncated`.
   */
  run(command: Command): Promise<CommandResult>;
  /** The shell in which a user's commands run, to tell whether it was replaced; undefined while none is open. */
  shellOf?(become: Become | undefined): object | undefined;
  /** Ends the connection; commands in flight reject with `connection-lost`. Idempotent. */
  close(): Promise<void>;
  /** A command costs so much more than what it runs that questions should share one (`askTogether`). */
  readonly together?: boolean;
  /** True once the connection cannot run anything any more. */
  readonly closed: boolean;
  /** What has gone over it so far. */
  readonly traffic: Traffic;
}

export interface Command {
  readonly script: Sh;
  readonly stdin?: Payload;
  /** The user to become; absent = the login user. */
  readonly become?: Become;
  /**
   * Milliseconds from the moment it is sent and the commands before it have ended. Then its process group
   * is ended on the host (TERM, a second later KILL); only a child that left the group outlives it.
   */
  readonly deadlineMs?: number;
  /** Nothing follows for this user: the shell ends behind it, without another round trip. */
  readonly last?: boolean;
  /** Bytes of stdout and of stderr that are kept, 64 MiB each by default; the rest is dropped and flagged. */
  readonly maxOutputBytes?: number;
}

/** Bytes for stdin: in memory, or a stream of known size that can be opened again for a retry. */
export type Payload = Uint8Array | { readonly size: number; open(): AsyncIterable<Uint8Array> };

export interface CommandResult {
  /** 0–255; 128 + n when signal n ended the script. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Output beyond the cap was dropped. */
  readonly truncated: boolean;
}

/** A password goes to the host on stdin only, and is tried once per connection. */
export interface Become {
  readonly method: 'sudo' | 'su' | 'doas';
  readonly user: string;
  readonly password?: string;
  readonly flags?: string;
  readonly exe?: string;
}

/** Everything needed to reach a host, computed from its variables, ~/.ssh/config and the command line. */
export interface Target {
  readonly host: string;
  readonly driver: 'ssh' | 'openssh' | 'local';
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly privateKeyFile?: string;
  readonly passphrase?: string;
  /** ansible_ssh_common_args and friends, split as a shell would. */
  readonly sshArgs: readonly string[];
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off';
  readonly knownHostsFiles?: readonly string[];
  readonly connectTimeoutMs: number;
}

/** Opens a connection. Rejects with `unreachable`, `host-key-unknown`, `host-key-changed`, `authentication-failed`. */
export type Connect = (target: Target, signal: AbortSignal) => Promise<Connection>;
