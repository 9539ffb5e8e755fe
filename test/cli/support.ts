import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/launch.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until stdout matches. */
  until(pattern: RegExp): Promise<void>;
}

/** Runs the command line as a user does: a process of its own, nothing on stdin, no terminal. */
export function rolecall(words: readonly string[], folder: string): Promise<Ended> {
  return start(words, folder).ended;
}

/** The same, to be watched while it runs. */
export function start(words: readonly string[], folder: string): Started {
  const { NO_COLOR: _, FORCE_COLOR: __, ANSIBLE_INVENTORY: ___, ...environment } = process.env;
  const [program, ...rest] = [...turn(words), process.execPath, main, ...words];
  const child = spawn(program!, rest, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    process: child,
    ended,
    until: async (pattern) => {
      while (!pattern.test(stdout) && child.exitCode === null) await once(child.stdout, 'data');
    },
  };
}

/**
 * Test files run side by side, and a run that changes something locks this machine: one at a time.
 * `flock` becomes the program, so that signals reach it.
 */
function turn([command = '']: readonly string[]): readonly string[] {
  const locks = ['run', 'exec', 'apply', 'resume', 'drift'].includes(command);
  if (!locks || isAlone || process.platform !== 'linux') return [];
  return ['flock', '--no-fork', turnFile];
}

const turnFile = join(tmpdir(), 'rolecall-cli-tests.lock');
let isAlone = false;

/** Keeps other test files waiting: a run that is killed leaves this machine locked for some seconds. */
export async function alone(work: () => Promise<void>): Promise<void> {
  const holder = spawn('flock', [turnFile, 'sh', '-c', 'echo mine; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  isAlone = true;
  try {
    await work();
  } finally {
    isAlone = false;
    holder.stdin.end();
  }
}

/** A new folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
