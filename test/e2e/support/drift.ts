import { fileURLToPath } from 'node:url';
import { startTool } from './rolecall.ts';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a check said of one task on one host. */
export interface Found {
  readonly host: string;
  readonly task: string;
  readonly kind: 'drifted' | 'pending' | 'unknown';
  readonly message: string;
}

export interface Looked {
  readonly status: number | undefined;
  readonly findings: readonly Found[];
  readonly failed: readonly { readonly host: string; readonly message: string }[];
  readonly seconds: number;
}

/** `rolecall drift` as a process of its own, from the checkout. */
export function drift(...words: string[]) {
  const { child, said, ended: told } = startTool(['drift', ...words], { cwd: root });
  const ended = told.then(({ status }) => status);
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
