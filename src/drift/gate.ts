import { runProgram } from './run-program.ts';
import type { Gate } from './settings.ts';

/** Asks a health check. undefined when all is well, else what is not. Never rejects. */
export async function askGate(gate: Gate, signal: AbortSignal): Promise<string | undefined> {
  const { check, timeoutMs } = gate;
  if ('command' in check) {
    const { status, output } = await runProgram(check.command, { timeoutMs });
    if (status === 0) return undefined;
    const said = output === '' ? '' : `: ${output}`;
    return `the command ended with ${status}${said}`;
  }
  const shown = withoutSecrets(check.url);
  try {
    const answer = await fetch(check.url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body?.cancel();
    return answer.status === check.status
      ? undefined
      : `${shown} answers ${answer.status}, not ${check.status}`;
  } catch (error) {
    return `${shown} does not answer: ${reasonOf(error)}`;
  }
}

/** The machine that a URL names: user, path and query may hold secrets. */
export function withoutSecrets(url: string): string {
  return new URL(url).origin;
}

/** fetch says only "fetch failed"; what is behind it is in the cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
