import type { Writable } from 'node:stream';

/**
 * Lets all that is written to a stream in one turn go out together. ssh2 writes a packet in three pieces,
 * and a window of data in 64 packets: each piece would be a system call and a TCP segment of its own.
 */
export function gatherWrites<Stream extends Writable>(stream: Stream): Stream {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let gathers = false;
  const send = () => {
    gathers = false;
    stream.uncork();
  };
  stream.write = (...args: unknown[]) => {
    if (!gathers) {
      gathers = true;
      stream.cork();
      process.nextTick(send);
    }
    return write(...args);
  };
  return stream;
}
