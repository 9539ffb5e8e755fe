import { randomBytes } from 'node:crypto';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import type { Command, CommandResult, Connection } from './connection.ts';

/** What several questions to a host have in common. */
export type Circumstances = Pick<Command, 'become' | 'deadlineMs'>;

/**
 * Runs scripts that only read, in order, as one command: a command of its own each would cost the host and
 * this machine more than most of them do. They share one stderr and one deadline; results come in order.
 * Connections without `together` get them one by one.
 *
 * @example await askTogether(connection, [sh`id -u`, sh`uname -r`], {})
 */
export async function askTogether(
  connection: Connection,
  scripts: readonly Sh[],
  circumstances: Circumstances,
): Promise<readonly CommandResult[]> {
  const alone = () => allOf(scripts.map((script) => connection.run({ ...circumstances, script })));
  if (scripts.length < 2 || !connection.together) return alone();
  const token = randomBytes(16).toString('hex');
  const whole = await connection.run({
    ...circumstances,
    script: joined(scripts, token),
    maxOutputBytes: scripts.length * outputPerScript,
  });
  return split(whole, token, scripts.length) ?? alone();
}

/** One script of several, each in a subshell that its own mistakes end; behind each its token and status. */
export function joined(scripts: readonly Sh[], token: string): Sh {
  return joinSh(scripts.map(({ text }) => sh`( eval ${text} )\nprintf '\n%s %s\n' ${token} $?`));
}

/** Undefined where an end is missing: something ended the whole. */
export function split(
  { stdout, stderr, truncated }: CommandResult,
  token: string,
  count: number,
): readonly CommandResult[] | undefined {
  const results: CommandResult[] = [];
  let at = 0;
  while (results.length < count) {
    const mark = stdout.indexOf(`\n${token} `, at, 'latin1');
    const end = mark < 0 ? -1 : stdout.indexOf(10, mark + 1);
    if (end < 0) return undefined;
    const status = Number(stdout.toString('latin1', mark + token.length + 2, end));
    results.push({ status, stdout: stdout.subarray(at, mark), stderr, truncated });
    at = end + 1;
  }
  return results;
}

/** All of them are waited for, also behind one that fails. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(work);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

const outputPerScript = 64 * 1024 * 1024;
