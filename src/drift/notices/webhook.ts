import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { reasonOf, withoutSecrets } from '../gate.ts';
import type { WebhookPlace } from '../settings.ts';
import type { Notice } from './notice.ts';

export interface Webhook {
  readonly webhook: WebhookPlace;
  readonly tokenFile?: string;
}

/** Posts the notice; tries three times where another try may help. Rejects with what went wrong. */
export async function postNotice(
  notice: Notice,
  { webhook, tokenFile }: Webhook,
  { timeoutMs, clock, signal }: { timeoutMs: number; clock: Clock; signal: AbortSignal },
): Promise<void> {
  const url = 'url' in webhook ? webhook.url : await firstLine(webhook.file);
  if (!URL.canParse(url)) throw new Error('the file of the webhook holds no URL');
  const token = tokenFile === undefined ? undefined : await firstLine(tokenFile);
  for (let attempt = 1; ; attempt++) {
    const problem = await post(url, token, notice, timeoutMs);
    if (problem === undefined) return;
    if (!problem.again || attempt === tries || signal.aborted) throw new Error(problem.message);
    await clock.sleep(2000 * 4 ** (attempt - 1), signal);
  }
}

const tries = 3;

async function post(
  url: string,
  token: string | undefined,
  notice: Notice,
  timeoutMs: number,
): Promise<{ message: string; again: boolean } | undefined> {
  const shown = withoutSecrets(url);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(notice),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (answer.ok) return undefined;
    const again = answer.status >= 500 || answer.status === 408 || answer.status === 429;
    return { message: `the webhook at ${shown} answers ${answer.status}`, again };
  } catch (error) {
    return { message: `the webhook at ${shown} does not answer: ${reasonOf(error)}`, again: true };
  }
}

async function firstLine(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).split('\n')[0]!.trim();
}
