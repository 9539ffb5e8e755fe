import type { Rules } from './contest.ts';
import type { Hosts } from './hosts.ts';
import type { Installed } from './installed.ts';
import type { Fleet } from './loopback-fleet.ts';
import type { Command } from './measure.ts';
import type { Peer } from './peers.ts';
import type { Result } from './result.ts';

/** What every benchmark is given. */
export interface Setting extends Rules {
  /** Small sizes, to see that it works at all. */
  readonly quick: boolean;
  readonly rolecall: Installed;
  readonly peers: readonly Peer[];
  /** The lab's hosts; the first who asks waits until they are up. */
  hosts(): Promise<Hosts>;
  /** Many addresses of one sshd; the first who asks waits until it answers. */
  fleet(): Promise<Fleet>;
  /** Runs a command once, unmeasured: brings hosts to the state that is then left alone. */
  once(command: Command): Promise<void>;
  /** Gets what takes down what was brought up, before it is. */
  atEnd(cleanUp: () => Promise<void>): void;
  /** Part of the names of labs. */
  readonly labName: string;
  /** Writes a file into the scratch folder; returns its path. */
  file(name: string, content: string | Buffer): Promise<string>;
}

export interface Bench {
  readonly id: string;
  readonly title: string;
  /** Takes long: only when it is asked for. */
  readonly extra?: boolean;
  run(setting: Setting): Promise<Omit<Result, 'id' | 'title'>>;
}

/** How `rolecall run` ends when there was nothing to do. */
export const nothingChanged = /nothing changed\.$/m;

/** How it ends when there was something to do, and it was done. */
export const changed = /\d+ changes? on \d+ hosts?\.$/m;
