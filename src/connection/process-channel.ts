import { $, type ProcessPromise } from 'zx';
import type { Sh } from '../shell/sh.ts';
import type { Channel, ChannelEnd } from './channel.ts';

/** Starts a command on this machine in its own session, with its three streams as a channel. */
export function startProcess(command: Sh, env: NodeJS.ProcessEnv = process.env): Channel {
  const started = $({
    shell: '/bin/sh',
    prefix: '',
    postfix: '',
    // The text is already quoted for sh.
    quote: (text) => text,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    quiet: true,
    nothrow: true,
    halt: true,
    // zx keeps all output otherwise; a shell that lives as long as the run has no end of it.
    store: { stdout: nothing, stderr: nothing, stdall: nothing },
    env,
  })`${command.text}`;
  const running = started.run();
  return { ...streams(running), ended: ended(running), destroy: () => destroy(running) };
}

const nothing = { length: 0, push: () => 0, join: () => '', *[Symbol.iterator]() {} } as never;

function streams({ child }: ProcessPromise): Pick<Channel, 'stdin' | 'stdout' | 'stderr'> {
  return { stdin: child!.stdin!, stdout: child!.stdout!, stderr: child!.stderr! };
}

function ended(running: ProcessPromise): Promise<ChannelEnd> {
  running.catch(() => {});
  const child = running.child!;
  return new Promise((resolve) => {
    child.once('error', (lost) => resolve({ lost }));
    child.once('close', (status, signal) =>
      resolve({ status: status ?? undefined, signal: signal ?? undefined }),
    );
    // A child in the background may hold the streams open long after.
    child.once('exit', () => setTimeout(() => destroyStreams(running), 200).unref());
  });
}

function destroy(running: ProcessPromise): void {
  const { pid, exitCode, signalCode } = running.child!;
  if (pid !== undefined && exitCode === null && signalCode === null) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      running.child!.kill('SIGKILL');
    }
  }
  destroyStreams(running);
}

function destroyStreams({ child }: ProcessPromise): void {
  child!.stdin!.destroy();
  child!.stdout!.destroy();
  child!.stderr!.destroy();
}
