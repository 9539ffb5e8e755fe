import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RolecallError } from '../errors.ts';
import { commandEnvironment } from './commands.ts';

const lockDirectory = '/run/lock';

/**
 * Runs `work` while no other process holds the lock of this name. The kernel gives the lock back
 * when this process dies, however it dies.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(lockDirectory, { recursive: true });
  const file = join(lockDirectory, `rolecall-lab-${name}.lock`);
  const release = await acquire(file);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
    await release();
  }
}

// The holder reads a pipe from this process and ends with it. A lock file that its last owner has
// removed meanwhile is no lock any more: then again with the file that is there now.
const holder = `
while :; do
  exec 9>>"$1" || exit 1
  flock 9 || exit 1
  [ "$1" -ef /proc/self/fd/9 ] && break
done
echo locked
exec cat >/dev/null`;

async function acquire(file: string): Promise<() => Promise<void>> {
  const child = spawn('/bin/sh', ['-c', holder, 'sh', file], {
    env: commandEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C on the terminal must not take the lock from a process that goes on
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.on('error', reject);
    child.on('exit', () =>
      reject(new RolecallError({ code: 'lab-failed', message: `could not lock ${file}` })),
    );
  });
  return async () => {
    child.stdin.end();
    await ended;
  };
}
