import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const launcher = fileURLToPath(new URL('../../../src/cli/launch.js', import.meta.url));

/** What a check said of one task on one host. */
export interface Found {
  readonly host: string;
  readonly task: string;
  readonly kind: 'drifted' | 'pending' | 'unknown';
  readonly message: string;
}

export interface Looked {
  readonly status: number | null;
  readonly findings: readonly Found[];
  readonly failed: readonly { readonly host: string; readonly message: string }[];
  readonly seconds: number;
}

/** `rolecall drift` as a process of its own, from the checkout. */
export function drift(...words: string[]) {
  const child = spawn(process.execPath, [launcher, 'drift', ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  return {
    child,
    said,
    ended,
    /** Waits until it has written this. */
    async until(text: RegExp, seconds: number): Promise<void> {
      await until(() => isOver || text.test(said.stdout), seconds).catch((error: Error) => {
        throw new Error(`${error.message}: ${said.stdout}${said.stderr}`);
      });
      if (!text.test(said.stdout)) throw new Error(`ended: ${said.stdout}${said.stderr}`);
    },
  };
}

/** `rolecall drift check` with the settings in a file. */
export async function look(settings: string): Promise<Looked> {
  const { said, ended } = drift('check', '--settings', settings, '-o', 'json');
  const status = await ended;
  if (said.stdout === '') throw new Error(said.stderr);
  const { findings, failed, durationMs } = JSON.parse(said.stdout);
  return { status, findings, failed, seconds: durationMs / 1000 };
}
