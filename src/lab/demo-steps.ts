import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = fileURLToPath(new URL('../cli/launch.js', import.meta.url));

/** Ends the demo; what went wrong has been said, or is the message. */
export class StepFailed extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

export interface Ended {
  /** Empty when it was shown. */
  readonly stdout: string;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

let steps = 0;

/** The headline of the next step. */
export function step(title: string): void {
  steps++;
  say(`${steps === 1 ? '' : '\n'}${bold(`${steps}. ${title}`)}`);
}

/**
 * Runs a command of rolecall. What is shown, or has a `typed` form, is told as a user would type it.
 * Rejects with StepFailed when it fails; what it says on stderr is seen in any case.
 */
export async function command(
  words: readonly string[],
  output: 'shown' | 'hidden' = 'shown',
  typed: readonly string[] | undefined = output === 'shown' ? words : undefined,
): Promise<Ended> {
  if (typed) say(dim(`$ npx rolecall ${typed.join(' ')}`));
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd: root,
    stdio: ['inherit', output === 'shown' ? 'inherit' : 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  // A terminal sends Ctrl-C to the command as well, and that ends tidily; then so does the demo.
  const onInterrupt = () => process.stdin.isTTY || child.kill('SIGINT');
  const onTerminate = () => child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  if (status === 130) throw new StepFailed('', 130);
  if (status !== 0) {
    const retry = output === 'hidden' ? ' It says more when run by hand.' : '';
    throw new StepFailed(`rolecall ${words[0]} ended with status ${status}.${retry}`);
  }
  return { stdout };
}

/** Runs a script of this project, its output hidden; rejects with StepFailed when it fails. */
export async function script(path: string): Promise<void> {
  say(dim(`$ node ${path}`));
  const child = spawn(process.execPath, [path], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.resume();
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  if (status !== 0) throw new StepFailed(`${path} ended with status ${status}`);
}

function bold(text: string): string {
  return paint('1', text);
}

function dim(text: string): string {
  return paint('2', text);
}

function paint(code: string, text: string): string {
  const wanted = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return wanted ? `\u001b[${code}m${text}\u001b[0m` : text;
}
