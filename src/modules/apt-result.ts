import type { CommandResult } from '../connection/connection.ts';
import { aptErrors } from './apt-simulation.ts';
import type { Completion } from './contract.ts';

/**
 * Reads what apt-get did. With `judgeChange` its own count decides whether anything changed: lists had
 * to be refreshed before it could be known whether something newer exists.
 */
export function aptCompletion(
  refreshed: boolean,
  judgeChange: boolean,
): (outputs: readonly CommandResult[]) => Completion {
  return (outputs) => {
    const last = outputs.at(-1);
    const stdout = outputs.map((output) => output.stdout.toString()).join('');
    const stderr = outputs.map((output) => output.stderr.toString()).join('');
    const status = last?.status ?? 0;
    const result = {
      stdout,
      stdout_lines: stdout.split('\n'),
      stderr,
      stderr_lines: stderr.split('\n'),
      cache_updated: refreshed && status === 0,
    };
    if (status !== 0)
      return { result: { ...result, rc: status }, failed: failure(stdout, stderr, status) };
    return judgeChange && didNothing(stdout) ? { result, changed: false } : { result };
  };
}

function didNothing(stdout: string): boolean {
  const counts = [
    ...stdout.matchAll(
      /^(\d+) upgraded, (\d+) newly installed,(?: (\d+) downgraded,)? (\d+) to remove/gm,
    ),
  ];
  return counts.length > 0 && counts.every((row) => row.slice(1, 5).every((n) => !n || n === '0'));
}

/** Names the lock's holder, a full disk, or what dpkg left half done. */
function failure(stdout: string, stderr: string, status: number): string {
  const errors = aptErrors(stderr, status);
  const full = /No space left on device|You don't have enough free space/.test(stderr + stdout);
  const broken = /Errors were encountered while processing:\n((?: \S+\n?)+)/.exec(stderr);
  const holders = [...stderr.matchAll(/^lock: (.*)$/gm)].map((match) => match[1]!);
  const locked = /lock/.test(errors) && !/held by process/.test(errors) ? holders : [];
  return [
    ...locked,
    full ? 'the disk of the host is full' : '',
    errors,
    broken ? `dpkg left these unfinished: ${broken[1]!.trim().split(/\s+/).join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
