import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Command {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What one run of a program took, its children included. */
export interface Usage {
  /** Seconds from start to end. */
  readonly wall: number;
  /** Seconds of CPU, user and system. */
  readonly cpu: number;
  /** Bytes of its largest process at its peak. */
  readonly memory: number;
}

/**
 * Runs a program in a process of its own and measures it with bash (times to the millisecond) and GNU
 * time (memory). Throws when it fails, or when `expected` is not in what it says.
 *
 * @example await measure({ argv: ['ssh', 'web1', 'true'] }, folder, signal)
 */
export async function measure(
  command: Command,
  folder: string,
  signal: AbortSignal,
  expected?: RegExp,
): Promise<Usage> {
  signal.throwIfAborted();
  const base = join(folder, 'measured');
  const status = await finished(command, base, signal);
  signal.throwIfAborted();
  const [said, complaints, times, memory] = await Promise.all(
    ['out', 'err', 'times', 'memory'].map((name) => readFile(`${base}.${name}`, 'utf8')),
  );
  if (status !== 0 || (expected && !expected.test(said!))) {
    throw new Error(
      `${command.argv.join(' ')}\nexit ${status}${expected ? `, expected ${expected}` : ''}\n${tail(said!)}\n${tail(complaints!)}`,
    );
  }
  await rm(`${base}.out`);
  return readUsage(times!, memory!);
}

/** Reads `WALL USER SYSTEM` in seconds, as bash wrote it, and GNU time's kilobytes. */
export function readUsage(times: string, memory: string): Usage {
  const [wall, user, system] = times.trim().split(' ').map(Number);
  return { wall: wall!, cpu: user! + system!, memory: Number(memory.trim()) * 1024 };
}

const script = `TIMEFORMAT='%3R %3U %3S' base=$0
{ time /usr/bin/time -q -f %M -o "$base.memory" "$@" >"$base.out" 2>"$base.err" </dev/null; } 2>"$base.times"`;

/** In a process group of its own, which ends as a whole when the measuring is interrupted. */
function finished(command: Command, base: string, signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script, base, ...command.argv], {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      stdio: 'inherit',
      detached: true,
    });
    const stop = (): void => {
      if (child.pid) process.kill(-child.pid, 'SIGTERM');
    };
    signal.addEventListener('abort', stop);
    child.on('error', reject);
    child.on('close', (status) => {
      signal.removeEventListener('abort', stop);
      resolve(status);
    });
  });
}

function tail(text: string): string {
  const lines = text.trim().split('\n').slice(-15);
  return lines.map((line) => line.slice(0, 300)).join('\n');
}
