import type { Readable, Writable } from 'node:stream';

/** A started command with its three streams, whatever carries it: an SSH channel or a process. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once, after the last byte that will come has been delivered. Never rejects. */
  readonly ended: Promise<ChannelEnd>;
  /** Lets go of it at once; `ended` still resolves. */
  destroy(): void;
}

export interface ChannelEnd {
  readonly status?: number;
  readonly signal?: string;
  /** Why it ended without saying how: the connection broke. */
  readonly lost?: Error;
}
