import { randomBytes } from 'node:crypto';
import type { Command, CommandResult } from './connection.ts';
import { CappedOutput } from './output.ts';

/** One command on its way: waiting, sent, started, ended. */
export class Job {
  readonly id: number;
  readonly command: Command;
  readonly token: string = randomBytes(16).toString('hex');
  readonly promise: Promise<CommandResult>;
  readonly stdout: CappedOutput;
  readonly stderr: CappedOutput;
  /** Streams that have not shown the end marker yet. */
  openStreams = 2;
  started = false;
  status = 0;
  timer: NodeJS.Timeout | undefined;
  readonly #settle: PromiseWithResolvers<CommandResult> = Promise.withResolvers();

  constructor(id: number, command: Command) {
    this.id = id;
    this.command = command;
    this.promise = this.#settle.promise;
    const cap = command.maxOutputBytes ?? defaultMaxOutputBytes;
    this.stdout = new CappedOutput(cap);
    this.stderr = new CappedOutput(cap);
  }

  get stdinSize(): number | undefined {
    const { stdin } = this.command;
    if (stdin === undefined) return undefined;
    return stdin instanceof Uint8Array ? stdin.length : stdin.size;
  }

  /** Takes the deadline off; it counts anew when the job is sent again. */
  disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  resolve(): void {
    this.disarm();
    this.#settle.resolve({
      status: this.status,
      stdout: this.stdout.take(),
      stderr: this.stderr.take(),
      truncated: this.stdout.truncated || this.stderr.truncated,
    });
  }

  reject(error: Error): void {
    this.disarm();
    this.#settle.reject(error);
  }
}

const defaultMaxOutputBytes = 64 * 1024 * 1024;
