import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { encodeFrame, encodeTrailer, FrameDecoder, type StreamEvent } from '../shell/frames.ts';
import { loopScript } from '../shell/loop.ts';
import type { Channel, ChannelEnd } from './channel.ts';
import type { Payload } from './connection.ts';
import type { Job } from './job.ts';
import { Tail } from './output.ts';
import type { TrafficCount } from './traffic.ts';

/** How a session tells its owner what happened; every job that was given to it is told of once. */
export interface SessionEvents {
  /** The last job has ended. */
  idle(session: ShellSession): void;
  /** The head of the line has gone past its deadline. */
  overdue(session: ShellSession, job: Job): void;
  /** Over: `running` had started and did not end, `unstarted` never ran. */
  ended(session: ShellSession, end: SessionEnd): void;
}

export interface SessionEnd extends ChannelEnd {
  readonly running: Job | undefined;
  readonly unstarted: readonly Job[];
  readonly wasReady: boolean;
  /** What was written outside of frames; before the handshake it tells why the shell did not start. */
  readonly stray: string;
  /** A failure of our own: a stdin stream that broke. */
  readonly cause?: Error;
}

/** One persistent shell on one channel. */
export class ShellSession {
  readonly channel: Channel;
  /** The process group on the host, once the shell is ready. */
  group: number | undefined;
  /** Something else writes to its output: to be replaced as soon as it is idle. */
  dirty = false;
  readonly #events: SessionEvents;
  readonly #traffic: TrafficCount;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #decoders: readonly [FrameDecoder, FrameDecoder];
  readonly #stray = new Tail();
  #line: Job[] = [];
  #unsent: Job[] = [];
  #writing = false;
  #abandoned: readonly Job[] = [];
  readonly #ending = new AbortController();
  readonly #handshake: NodeJS.Timeout;
  #over = false;
  #cause: Error | undefined;

  /** Takes a channel on which `bootScript` was started. */
  constructor(channel: Channel, events: SessionEvents, traffic: TrafficCount) {
    this.channel = channel;
    this.#events = events;
    this.#traffic = traffic;
    traffic.shells += 1;
    this.#decoders = [new FrameDecoder(this.#nonce), new FrameDecoder(this.#nonce)];
    channel.stdout.on('data', (chunk: Buffer) => this.#read(0, chunk));
    channel.stderr.on('data', (chunk: Buffer) => this.#read(1, chunk));
    channel.stdin.on('error', () => {});
    void this.#put(Buffer.from(loopScript(this.#nonce)));
    void channel.ended.then((end) => this.#end(end));
    this.#handshake = setTimeout(() => this.#fail(new Error(noAnswer)), handshakeMs);
  }

  get idle(): boolean {
    return this.#line.length === 0;
  }

  get over(): boolean {
    return this.#over;
  }

  /**
   * Sends jobs back to back; they run in order. Nothing is sent before the shell has answered: rc files
   * that read stdin would swallow parts of it, and what follows would run out of step.
   */
  send(jobs: readonly Job[]): void {
    this.#traffic.roundTrips += 1;
    this.#traffic.scripts += jobs.length;
    for (const job of jobs) {
      for (const decoder of this.#decoders) decoder.expect(job);
      this.#line.push(job);
      this.#unsent.push(job);
    }
    void this.#write();
  }

  /** Gives up on the jobs in the line and hands them back; they may still show that they started. */
  abandon(): Job[] {
    const jobs = this.#line;
    for (const job of jobs) job.disarm();
    this.#unsent = [];
    this.#abandoned = jobs;
    this.#line = [];
    return jobs;
  }

  /** Lets the shell run to its end: its stdin is closed. */
  finish(): void {
    this.channel.stdin.end();
  }

  async #write(): Promise<void> {
    if (this.#writing || this.group === undefined) return;
    this.#writing = true;
    try {
      while (this.#unsent.length > 0 && !this.#over) await this.#writeNext();
      if (this.#line.at(-1)?.command.last) this.finish();
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#writing = false;
  }

  async #writeNext(): Promise<void> {
    const parts: Uint8Array[] = [];
    let size = 0;
    let job: Job | undefined;
    do {
      job = this.#unsent.shift()!;
      parts.push(encodeFrame({ ...frameOf(job), stdinSize: job.stdinSize }));
      if (this.#line[0] === job) this.#arm();
      const { stdin } = job.command;
      if (stdin instanceof Uint8Array) parts.push(stdin, encodeTrailer(job));
      else if (stdin) break;
      size = parts.reduce((sum, part) => sum + part.length, 0);
      job = undefined;
    } while (this.#unsent.length > 0 && size < 256 * 1024);
    await this.#put(Buffer.concat(parts));
    if (job) await this.#stream(job);
  }

  async #stream(job: Job): Promise<void> {
    const stdin = job.command.stdin as Exclude<Payload, Uint8Array>;
    let size = 0;
    for await (const chunk of stdin.open()) {
      if (this.#over || this.#abandoned.length > 0) return;
      size += chunk.length;
      if (size > stdin.size) break;
      await this.#put(chunk);
    }
    if (size !== stdin.size) {
      throw new Error(`a stdin of ${stdin.size} bytes was announced and ${size} came`);
    }
    await this.#put(encodeTrailer(job));
  }

  async #put(bytes: Uint8Array): Promise<void> {
    if (this.#over) return;
    this.#traffic.bytesSent += bytes.length;
    if (this.channel.stdin.write(bytes)) return;
    await once(this.channel.stdin, 'drain', { signal: this.#ending.signal }).catch(() => {});
  }

  #read(stream: 0 | 1, chunk: Buffer): void {
    this.#traffic.bytesReceived += chunk.length;
    for (const event of this.#decoders[stream].push(chunk)) this.#handle(stream, event);
  }

  #handle(stream: 0 | 1, event: StreamEvent): void {
    if (event.kind === 'ready') {
      if (stream === 0) {
        this.group = event.group;
        clearTimeout(this.#handshake);
        void this.#write();
      }
      return;
    }
    if (event.kind === 'stray') {
      this.#stray.add(event.bytes);
      if (this.group !== undefined) this.dirty = true;
      return;
    }
    const job =
      this.#line.find(({ id }) => id === event.id) ??
      this.#abandoned.find(({ id }) => id === event.id);
    if (!job) return;
    if (event.kind === 'started') job.started = true;
    else if (this.#abandoned.includes(job)) return;
    else if (event.kind === 'output') (stream === 0 ? job.stdout : job.stderr).add(event.bytes);
    else this.#finish(job, stream, event.status);
  }

  #finish(job: Job, stream: 0 | 1, status: number): void {
    if (stream === 0) job.status = status;
    job.openStreams -= 1;
    if (job.openStreams > 0) return;
    this.#line = this.#line.filter((other) => other !== job);
    job.resolve();
    if (this.#line.length === 0) this.#events.idle(this);
    else this.#arm();
  }

  /** Deadlines count from when a job is sent and nothing is before it in the line. */
  #arm(): void {
    const job = this.#line[0];
    if (!job || job.timer || job.command.deadlineMs === undefined) return;
    if (this.#unsent.includes(job)) return;
    job.timer = setTimeout(() => this.#events.overdue(this, job), job.command.deadlineMs);
  }

  #fail(cause: Error): void {
    this.#cause = cause;
    this.channel.destroy();
  }

  #end(end: ChannelEnd): void {
    this.#over = true;
    this.#ending.abort();
    clearTimeout(this.#handshake);
    for (const [stream, decoder] of this.#decoders.entries()) {
      for (const event of decoder.end()) this.#handle(stream as 0 | 1, event);
    }
    const running = this.#line.find((job) => job.started);
    const unstarted = this.#line.filter((job) => job !== running);
    this.#line = [];
    for (const job of unstarted) job.disarm();
    this.#events.ended(this, {
      ...end,
      running,
      unstarted,
      wasReady: this.group !== undefined,
      stray: this.#stray.text,
      cause: this.#cause,
    });
  }
}

/** Login shells may do much before they start ours. */
const handshakeMs = 30_000;
const noAnswer = `the shell did not answer within ${handshakeMs / 1000} s`;

function frameOf(job: Job) {
  return { id: job.id, token: job.token, script: job.command.script };
}
