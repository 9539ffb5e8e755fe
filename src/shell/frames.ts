import type { Sh } from './sh.ts';

/** What one output stream of a persistent shell says. `ready` comes once, then start, output, end per frame. */
export type StreamEvent =
  | { readonly kind: 'ready'; readonly pid: number; readonly group: number }
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'output'; readonly id: number; readonly bytes: Buffer }
  | { readonly kind: 'ended'; readonly id: number; readonly status: number }
  /** Bytes that belong to no frame: noise of rc files, children left in the background. */
  | { readonly kind: 'stray'; readonly bytes: Buffer };

export interface Frame {
  readonly id: number;
  /** 32 random hex digits; whoever prints them ends the frame. */
  readonly token: string;
  readonly script: Sh;
  /** Bytes of stdin that follow the script; absent = /dev/null. */
  readonly stdinSize?: number;
}

/** Header and script; when the frame has stdin its bytes follow, and then `encodeTrailer`. */
export function encodeFrame({ id, token, script, stdinSize }: Frame): Buffer {
  const body = Buffer.from(script.text.endsWith('\n') ? script.text : `${script.text}\n`);
  if (body.includes(0)) throw new TypeError('a NUL byte cannot be passed to a shell');
  const lines = body.length <= readLimit ? countLines(body) : 0;
  const size =
    stdinSize === undefined
      ? '- 0'
      : `${Math.floor(stdinSize / blockSize)} ${stdinSize % blockSize}`;
  return Buffer.concat([Buffer.from(`${id} ${token} ${lines} ${body.length} ${size}\n`), body]);
}

/** Goes behind the stdin bytes, so that a stream that was cut off is told from a complete one. */
export function encodeTrailer({ token }: Pick<Frame, 'token'>): Buffer {
  return Buffer.from(`${token}\n`);
}

/** Reads one of the two output streams. Chunks may be cut anywhere. */
export class FrameDecoder {
  readonly #nonce: string;
  readonly #waiting: { id: number; token: string }[] = [];
  #ready = false;
  #current: { id: number; token: string } | undefined;
  #pending: Buffer = Buffer.alloc(0);

  constructor(nonce: string) {
    this.#nonce = nonce;
  }

  /** Announces a frame, in the order in which frames are sent. */
  expect(frame: Pick<Frame, 'id' | 'token'>): void {
    this.#waiting.push({ id: frame.id, token: frame.token });
  }

  push(chunk: Buffer): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#step(events)) {}
    return events;
  }

  /** What was held back, when the stream has ended. */
  end(): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#emit(events, this.#pending.length);
    return events;
  }

  /** Takes what is certain off the front of the pending bytes; false when more bytes are needed. */
  #step(events: StreamEvent[]): boolean {
    const key = this.#current ? this.#current.token : this.#nonce;
    const found = this.#pending.indexOf(key);
    if (found < 0) {
      this.#emit(events, Math.max(0, this.#pending.length - key.length + 1));
      return false;
    }
    this.#emit(events, found);
    const newline = this.#pending.subarray(0, key.length + tailLimit).indexOf(0x0a);
    if (newline < 0 && this.#pending.length < key.length + tailLimit) return false;
    const tail = this.#pending.subarray(key.length, Math.max(newline, 0)).toString('latin1');
    const event = this.#marker(tail);
    if (!event) {
      this.#emit(events, 1);
      return true;
    }
    this.#pending = this.#pending.subarray(newline + 1);
    events.push(event);
    return true;
  }

  #marker(tail: string): StreamEvent | undefined {
    if (this.#current) {
      const status = /^ (\d{1,3})$/.exec(tail);
      if (!status) return undefined;
      const { id } = this.#current;
      this.#current = undefined;
      return { kind: 'ended', id, status: Number(status[1]) };
    }
    const ready = /^ ready (\d{1,10}) (\d{1,10})$/.exec(tail);
    if (ready && !this.#ready) {
      this.#ready = true;
      return { kind: 'ready', pid: Number(ready[1]), group: Number(ready[2]) };
    }
    const next = this.#waiting[0];
    if (!this.#ready || !next || tail !== ` start ${next.id}`) return undefined;
    this.#current = this.#waiting.shift();
    return { kind: 'started', id: next.id };
  }

  #emit(events: StreamEvent[], count: number): void {
    if (count === 0) return;
    const bytes = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    const last = events.at(-1);
    if (this.#current) events.push({ kind: 'output', id: this.#current.id, bytes });
    else if (last?.kind === 'stray')
      events[events.length - 1] = { kind: 'stray', bytes: Buffer.concat([last.bytes, bytes]) };
    else events.push({ kind: 'stray', bytes });
  }
}

const blockSize = 65536;
/** Up to here the shell's own `read`, byte by byte, is cheaper than a dd process; measured. */
const readLimit = 2048;
/** The longest text between a marker's key and its newline, with the newline. */
const tailLimit = 32;

function countLines(body: Buffer): number {
  let count = 0;
  for (const byte of body) if (byte === 0x0a) count++;
  return count;
}
