import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { $, type ProcessOutput } from 'zx/core';
import { RolecallError } from '../errors.ts';
import type { ExecResult } from './contract.ts';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of the lab's commands: this process's own, C locale, system directories on the path. */
export function commandEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', PATH: `${systemPath}:${process.env.PATH ?? ''}` };
}

/** zx with the lab's environment: throws on failure, prints nothing. */
export const run: typeof $ = $({
  quiet: true,
  env: commandEnvironment(),
}) as typeof $;

/** Runs `work`; a failing command becomes `lab-failed` with what was attempted and its stderr. */
export async function attempting<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RolecallError) throw error;
    const detail = essence(error as Partial<ProcessOutput> & Error);
    throw new RolecallError(
      { code: 'lab-failed', message: `${what} failed: ${detail}` },
      { cause: error },
    );
  }
}

/** Runs one program, bytes in and out, whatever its exit status. */
export function capture(
  argv: readonly string[],
  options: { input?: string | Buffer } = {},
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), { env: commandEnvironment() });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => {}); // the program may end without reading its input
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        status: code ?? 128 + (signal ? constants.signals[signal] : 0),
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr),
      });
    });
    child.stdin.end(options.input ?? '');
  });
}

/** apt and mmdebstrap mark what counts with E; of others the end says most. */
function essence(error: Partial<ProcessOutput> & Error): string {
  const lines = error.stderr?.trim().split('\n') ?? [];
  const marked = lines.filter((line) => /^(E|Err)[: ]/.test(line));
  const shown = marked.length > 0 ? marked : lines;
  return shown.slice(-15).join('\n') || error.message || String(error);
}
