import { execFileSync } from 'node:child_process';
import { truth } from '../python/compare.ts';
import { splitLines } from '../python/strings.ts';
import { text } from '../python/text.ts';
import type { Lookup, LookupContext } from './context.ts';

const limits = { encoding: 'utf8', maxBuffer: 100_000_000, timeout: 120_000 } as const;

/** Lookups that start a process on the controller. */
export const processLookups: Record<string, Lookup> = {
  pipe: {
    summary: 'What commands print on the controller.',
    options: [],
    impure: true,
    find: (terms, _options, context) => terms.map((term) => shell(text(term), context).trimEnd()),
  },
  lines: {
    summary: 'The lines that commands print on the controller.',
    options: [],
    impure: true,
    find: (terms, _options, context) =>
      terms.flatMap((term) => splitLines(shell(text(term), context), false)),
  },
  url: {
    summary: 'What URLs give, by line or whole.',
    options: [
      'split_lines',
      'validate_certs',
      'username',
      'password',
      'headers',
      'timeout',
      'use_proxy',
    ],
    impure: true,
    find: (terms, options) =>
      terms.flatMap((term) => {
        const headers: Record<string, string> = {};
        const given = options.get('headers');
        if (given instanceof Map)
          for (const [key, value] of given) headers[text(key)] = text(value);
        if (options.has('username')) {
          const login = `${text(options.get('username')!)}:${text(options.get('password') ?? '')}`;
          headers.authorization = `Basic ${Buffer.from(login).toString('base64')}`;
        }
        const timeout = Number(text(options.get('timeout') ?? 10)) * 1000;
        const body = fetchNow(text(term), headers, timeout);
        return truth(options.get('split_lines') ?? true) ? splitLines(body, false) : [body];
      }),
  },
};

function shell(command: string, { basedir }: LookupContext): string {
  return execFileSync('/bin/sh', ['-c', command], {
    ...limits,
    cwd: basedir,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Templates wait for their values, so the request is made by a process of its own; its input is not in argv. */
function fetchNow(url: string, headers: Record<string, string>, timeout: number): string {
  const program = `
    const { url, headers, timeout } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    fetch(url, { headers, signal: AbortSignal.timeout(timeout) }).then(async (response) => {
      if (!response.ok) throw new Error('status ' + response.status);
      process.stdout.write(await response.text());
    }).catch((error) => { process.stderr.write(error.cause?.message ?? error.message); process.exitCode = 1; });`;
  try {
    const input = JSON.stringify({ url, headers, timeout });
    return execFileSync(process.execPath, ['-e', program], { ...limits, input, stdio: 'pipe' });
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr || (error as Error).message;
    throw new Error(`${url}: ${reason}`);
  }
}
