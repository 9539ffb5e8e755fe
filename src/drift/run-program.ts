import { spawn } from 'node:child_process';
import type { ProgramCall } from './settings.ts';

export interface ProgramEnd {
  /** The exit status, or how else it ended. */
  readonly status: number | string;
  /** The end of what it wrote, for messages. */
  readonly output: string;
}

export interface ProgramInput {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Runs a program to its end; at the timeout it is killed with all that it started. Never rejects. */
export function runProgram(call: ProgramCall, input: ProgramInput): Promise<ProgramEnd> {
  const [program = '', ...words] = typeof call === 'string' ? ['/bin/sh', '-c', call] : call;
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...input.environment },
      detached: true, // a group of its own, to be killed as a whole
    });
    const killGroup = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      killGroup();
      end('took too long');
    }, input.timeoutMs);
    const end = (status: number | string) => {
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ status, output: output.trim() });
    };
    const hear = (text: Buffer) => {
      output = (output + text.toString('utf8')).slice(-longestOutput);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => end(error.message));
    child.on('exit', (status, signal) => {
      if (late) return;
      const ended = () => end(status ?? `ended by ${signal}`);
      child.once('close', ended);
      // What it left running in the background may hold its output open.
      setTimeout(ended, longestFlush);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input.stdin ?? '');
  });
}

const longestOutput = 2000;
const longestFlush = 200;
