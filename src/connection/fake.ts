import { RolecallError } from '../errors.ts';
import type { Command, CommandResult, Connection } from './connection.ts';
import { noTraffic } from './traffic.ts';

export interface FakeOptions {
  readonly endpoint?: string;
  /** What the host says: a result, parts of one, or the stdout of a success. */
  answer(command: Command): FakeAnswer | Promise<FakeAnswer>;
  /** Milliseconds before each answer. */
  readonly delayMs?: number;
  /** The connection breaks when the command with this number is sent, counted from 0. */
  readonly lostAt?: number;
}

export type FakeAnswer =
  | string
  | (Partial<Omit<CommandResult, 'stdout' | 'stderr'>> & {
      readonly stdout?: string | Buffer;
      readonly stderr?: string | Buffer;
    });

export interface FakeConnection extends Connection {
  /** Every command that was sent, in order. */
  readonly log: readonly Command[];
}

/**
 * A scripted host. Answers come in order per become user, deadlines and losses reject as the real ones do.
 *
 * @example fakeConnection({ answer: ({ script }) => (script.text.includes('uname') ? 'Linux\n' : { status: 1 }) })
 */
export function fakeConnection(options: FakeOptions): FakeConnection {
  const endpoint = options.endpoint ?? 'fake';
  const log: Command[] = [];
  const lines = new Map<string, Promise<unknown>>();
  let closed = false;
  const breaking: PromiseWithResolvers<never> = Promise.withResolvers();
  breaking.promise.catch(() => {});

  async function answerNow(command: Command): Promise<CommandResult> {
    if (options.delayMs) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
    return resultOf(await options.answer(command), command);
  }

  return {
    endpoint,
    log,
    traffic: noTraffic(),
    get closed() {
      return closed;
    },
    run(command) {
      if (closed) return Promise.reject(lost(endpoint, 'it is closed'));
      log.push(command);
      if (log.length - 1 === options.lostAt) {
        closed = true;
        breaking.reject(lost(endpoint, 'connection reset'));
      }
      const user = command.become ? `${command.become.method} ${command.become.user}` : '';
      const before = lines.get(user) ?? Promise.resolve();
      const answered = before.then(() => withDeadline(answerNow(command), command, endpoint));
      lines.set(
        user,
        answered.catch(() => {}),
      );
      return Promise.race([breaking.promise, answered]);
    },
    async close() {
      closed = true;
      breaking.reject(lost(endpoint, 'it was closed'));
    },
  };
}

function resultOf(answer: FakeAnswer, command: Command): CommandResult {
  const given = typeof answer === 'string' ? { stdout: answer } : answer;
  const cap = command.maxOutputBytes ?? Number.POSITIVE_INFINITY;
  const stdout = Buffer.from(given.stdout ?? '');
  const stderr = Buffer.from(given.stderr ?? '');
  return {
    status: given.status ?? 0,
    stdout: stdout.subarray(0, cap),
    stderr: stderr.subarray(0, cap),
    truncated: given.truncated ?? (stdout.length > cap || stderr.length > cap),
  };
}

async function withDeadline(
  answer: Promise<CommandResult>,
  { deadlineMs }: Command,
  endpoint: string,
): Promise<CommandResult> {
  if (deadlineMs === undefined) return answer;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new RolecallError({
            code: 'deadline-exceeded',
            message: `a command on ${endpoint} ran longer than ${deadlineMs / 1000} s and was ended there`,
          }),
        ),
      deadlineMs,
    );
  });
  return Promise.race([answer, overdue]).finally(() => clearTimeout(timer));
}

function lost(endpoint: string, why: string): RolecallError {
  return new RolecallError({
    code: 'connection-lost',
    message: `the connection to ${endpoint} broke: ${why}`,
  });
}
