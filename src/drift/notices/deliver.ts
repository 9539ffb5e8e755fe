import type { Clock } from '../clock.ts';
import { runProgram } from '../run-program.ts';
import type { NotifyTarget, ProgramCall } from '../settings.ts';
import { mailText, sendmailCall } from './mail.ts';
import type { Notice } from './notice.ts';
import { postNotice } from './webhook.ts';

/** Sends notices to all who want them; returns what could not be delivered. Never rejects. */
export async function deliver(
  notices: readonly Notice[],
  targets: readonly NotifyTarget[],
  services: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string[]> {
  const problems = targets.map(async (target) => {
    const failed: string[] = [];
    for (const notice of notices.filter(({ kind }) => target.about.includes(kind))) {
      await send(notice, target, services).catch((error: Error) => failed.push(error.message));
    }
    return failed;
  });
  return (await Promise.all(problems)).flat();
}

async function send(
  notice: Notice,
  { to, timeoutMs }: NotifyTarget,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  if ('webhook' in to) return postNotice(notice, to, { timeoutMs, clock, signal });
  if ('command' in to) return handTo(to.command, JSON.stringify(notice), notice, timeoutMs);
  return handTo(sendmailCall(to.mail), mailText(notice, to.mail), notice, timeoutMs);
}

async function handTo(
  call: ProgramCall,
  stdin: string,
  { watch, kind, change }: Notice,
  timeoutMs: number,
): Promise<void> {
  const environment = {
    ROLECALL_WATCH: watch,
    ROLECALL_NOTICE: kind,
    ROLECALL_CHANGE: change,
  };
  const { status, output } = await runProgram(call, { stdin, environment, timeoutMs });
  if (status === 0) return;
  const program = typeof call === 'string' ? 'the command' : call[0];
  const said = output === '' ? '' : `: ${output}`;
  throw new Error(`${program} ended with ${status}${said}`);
}
