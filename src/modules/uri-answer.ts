import type { CommandResult } from '../connection/connection.ts';
import type { Plain } from '../values.ts';
import type { Completion, ResultData } from './contract.ts';
import { curlHint, noCurl } from './curl.ts';

export interface Expected {
  readonly url: string;
  readonly statusCodes: readonly number[];
  readonly returnContent: boolean;
}

/** Marks curl's last word on stderr: status, bytes of headers, address. */
export const summaryMark = 'rolecall-answer';

/** The result of uri from what curl wrote: headers and body on stdout, the summary on stderr. */
export function readAnswer(output: CommandResult, expected: Expected): Completion {
  const stderr = output.stderr.toString('utf8');
  if (output.status === noCurl) return failed(`curl is not installed on the host. ${curlHint}`, {});
  const summary = new RegExp(`^${summaryMark} (\\d+) (\\d+) (\\S*)`, 'm').exec(stderr);
  const status = Number(summary?.[1] ?? 0);
  const headerBytes = Number(summary?.[2] ?? 0);
  const headers = lastHeaders(output.stdout.toString('latin1', 0, headerBytes));
  const body = output.stdout.toString('utf8', headerBytes);
  const json = jsonOf(body, headers['content-type']);
  const ok = expected.statusCodes.includes(status);
  const result: ResultData = {
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replaceAll('-', '_'), value]),
    ),
    url: summary?.[3] || expected.url,
    status,
    redirected: (summary?.[3] ?? expected.url) !== expected.url,
    msg: ok ? `OK (${body.length} bytes)` : messageOf(output, status),
    ...(json !== undefined && { json }),
    ...((expected.returnContent || !ok) && { content: body }),
  };
  if (ok) return { result };
  const wanted = expected.statusCodes.join(', ');
  const got = status === 0 ? messageOf(output, status) : `status ${status}`;
  return failed(`${expected.url}: ${got}, expected ${wanted}`, result);
}

function failed(message: string, result: ResultData): Completion {
  return { result, failed: message };
}

function messageOf(output: CommandResult, status: number): string {
  const said = /^curl: \(\d+\) (.*)$/m.exec(output.stderr.toString('utf8'))?.[1];
  return said ?? `Status code was ${status}`;
}

/** The headers of the last answer: those of redirects and of 100 Continue come before. */
function lastHeaders(text: string): Record<string, string> {
  const blocks = text.split(/^(?=HTTP\/)/m).filter((block) => block.startsWith('HTTP/'));
  const headers: Record<string, string> = Object.create(null);
  for (const row of (blocks.at(-1) ?? '').split(/\r?\n/).slice(1)) {
    if (row === '') break;
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(row) ?? [];
    if (name !== undefined) headers[name.toLowerCase()] = value!;
  }
  return headers;
}

function jsonOf(body: string, type: string | undefined): Plain | undefined {
  if (!/[/+]json/i.test(type ?? '')) return undefined;
  try {
    return JSON.parse(body) as Plain;
  } catch {
    return undefined;
  }
}
