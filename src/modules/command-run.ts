import type { CommandResult } from '../connection/connection.ts';
import { matches } from '../observe/matches.ts';
import type { Observation } from '../observe/observation.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import type { Change, Completion, Decision, ResultData } from './contract.ts';

/** Arguments that command, shell and script share. */
export interface CommandArguments {
  readonly creates?: string;
  readonly removes?: string;
  readonly chdir?: string;
  readonly stdin?: string;
  readonly stdin_add_newline?: boolean;
  readonly strip_empty_ends?: boolean;
}

export type Guards = { creates?: Observation<boolean>; removes?: Observation<boolean> };

/** Of stdout and of stderr: what one runaway command may cost in memory and in reports. */
const maxOutputBytes = 4 * 1024 * 1024;
const cutShort = 'the output was cut after 4 MiB';

/** What guards the command: whether the paths or patterns of creates and removes exist. */
export function guards(args: CommandArguments): Guards {
  const asked: Guards = {};
  if (args.creates !== undefined) asked.creates = anyExists(args.creates, args.chdir);
  if (args.removes !== undefined) asked.removes = anyExists(args.removes, args.chdir);
  return asked;
}

/** What a command does: nothing where a guard says that it is done, else it is run, each time. */
export function decideCommand(
  args: CommandArguments,
  guarded: { readonly [Name in keyof Guards]?: boolean },
  shown: string,
  script: Sh,
  cmd: ResultData[string],
): Decision {
  if (guarded.creates === true) {
    return skippedBy(
      `${args.creates} exists already`,
      `Did not run command since '${args.creates}' exists`,
      cmd,
    );
  }
  if (guarded.removes === false) {
    return skippedBy(
      `${args.removes} does not exist`,
      `Did not run command since '${args.removes}' does not exist`,
      cmd,
    );
  }
  const inFolder =
    args.chdir === undefined ? script : joinSh([sh`cd -- ${args.chdir} || exit 1`, script]);
  return runs({ shown, script: inFolder, cmd, args });
}

interface Running {
  readonly shown: string;
  readonly script: Sh;
  readonly cmd: ResultData[string];
  readonly args: CommandArguments;
}

/** An action that is done each time: it may touch everything, and only running it tells its output. */
export function runs({ shown, script, cmd, args }: Running): Change {
  return {
    kind: 'change',
    summary: `run: ${shown}`,
    diff: [],
    apply: [{ script, stdin: stdinOf(args), maxOutputBytes }],
    touches: 'everything',
    predicts:
      args.creates === undefined
        ? []
        : [{ observation: anyExists(args.creates, args.chdir), state: true }],
    result: { cmd },
    unknownResult: ['rc', 'stdout', 'stderr', 'stdout_lines', 'stderr_lines'],
    complete: ([output]) => completion(output, cmd, args.strip_empty_ends ?? true),
    verify: false,
  };
}

/** Ansible's result of a command. Text is what is left of bytes that are no UTF-8. */
export function completion(
  output: CommandResult | undefined,
  cmd: ResultData[string],
  strip: boolean,
): Completion {
  const stdout = textOf(output?.stdout, strip);
  const stderr = textOf(output?.stderr, strip);
  const rc = output?.status ?? 1;
  const result: ResultData = {
    cmd,
    rc,
    stdout,
    stderr,
    stdout_lines: linesOf(stdout),
    stderr_lines: linesOf(stderr),
    ...(output?.truncated ? { truncated: true, warnings: [cutShort] } : {}),
  };
  if (rc === 0) return { result };
  const tail = (stderr || stdout).split('\n').slice(-5).join('\n');
  return {
    result: { ...result, msg: 'non-zero return code' },
    failed: `status ${rc}${tail ? `: ${tail}` : ''}`,
  };
}

function anyExists(pattern: string, chdir: string | undefined): Observation<boolean> {
  const absolute = pattern.startsWith('/') || chdir === undefined ? pattern : `${chdir}/${pattern}`;
  return matches(absolute);
}

function skippedBy(reason: string, msg: string, cmd: ResultData[string]): Decision {
  return {
    kind: 'unchanged',
    reason,
    result: {
      cmd,
      rc: 0,
      stdout: `skipped, ${msg}`,
      stderr: '',
      stdout_lines: [],
      stderr_lines: [],
      msg,
    },
  };
}

function stdinOf({
  stdin,
  stdin_add_newline: newline = true,
}: CommandArguments): Buffer | undefined {
  if (stdin === undefined) return undefined;
  return Buffer.from(newline && !stdin.endsWith('\n') ? `${stdin}\n` : stdin);
}

function textOf(bytes: Buffer | undefined, strip: boolean): string {
  const text = bytes?.toString('utf8') ?? '';
  return strip ? text.replace(/[\r\n]+$/, '') : text;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
