import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Status } from '../../../src/events.ts';

const launcher = fileURLToPath(new URL('../../../src/cli/launch.js', import.meta.url));

/** One line of the JSON report. */
export interface RecordedEvent {
  readonly event: string;
  readonly play?: number;
  readonly id?: string;
  readonly host?: string;
  readonly task?: string;
  readonly handler?: boolean;
  readonly message?: string;
  readonly text?: string;
  readonly outcome?: {
    readonly status: Status;
    readonly message?: string;
    readonly item?: string;
    readonly result: Readonly<Record<string, unknown>>;
    readonly problem?: { readonly code: string; readonly message: string; readonly hint?: string };
  };
}

export interface Ended {
  /** Exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly RecordedEvent[];
  /** `host: task` → status, of what finished. */
  readonly tasks: Readonly<Record<string, Status>>;
  /** The sorted `host: task` with a status. */
  with(status: Status): string[];
}

/** What a task registered, on the host on which it changed something. */
export function resultOf(ended: Ended, task: string): Readonly<Record<string, unknown>> {
  const event = ended.events.find(
    (one) => one.task?.endsWith(task) && one.outcome?.status === 'changed',
  );
  if (!event) throw new Error(`'${task}' changed nothing:\n${ended.stdout}`);
  return event.outcome!.result;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What has been written so far. */
  events(): readonly RecordedEvent[];
  /** Waits until an event with these parts has been written. */
  until(parts: Partial<RecordedEvent>): Promise<void>;
}

/** Files in a folder of their own that goes away with the test. */
export function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Where a command runs, and what its environment has besides that of the test. */
export interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `rolecall run` as a process of its own, as a user does, and records its events. */
export function startRun(words: readonly string[], place: Place = {}): Running {
  return startCommand('run', words, place);
}

/** The same for another command that runs playbooks. */
export function startCommand(
  command: 'run' | 'resume' | 'plan' | 'apply',
  words: readonly string[],
  place: Place = {},
): Running {
  const file = join(folderOf(), 'events.jsonl');
  const told = startTool(
    [command, '--output', 'plain', '--output', `json=${file}`, ...words],
    place,
  );
  const ended = told.ended.then(({ status, ...said }) => endedWith(status, said, eventsIn(file)));
  return {
    child: told.child,
    ended,
    events: () => eventsIn(file),
    async until(parts) {
      const wanted = Object.entries(parts);
      const matches = (event: RecordedEvent) =>
        wanted.every(([key, value]) => event[key as keyof RecordedEvent] === value);
      let over = false;
      void ended.then(() => {
        over = true;
      });
      while (!eventsIn(file).some(matches)) {
        if (over)
          throw new Error(`ended without ${JSON.stringify(parts)}: ${(await ended).stdout}`);
        await sleep(20);
      }
    },
  };
}

/** What a command has said, and its exit status; undefined when a signal ended it. */
export type Told = Pick<Ended, 'status' | 'stdout' | 'stderr'>;

export interface StartedTool {
  readonly child: ChildProcess;
  /** What it has said by now. */
  readonly said: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Told>;
}

/** Starts any command of rolecall as a process of its own. */
export function startTool(words: readonly string[], { cwd, env = {} }: Place = {}): StartedTool {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<Told>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? undefined, ...said }));
  });
  return { child, said, ended };
}

/** `rolecall run` to its end. */
export function rolecallRun(...args: Parameters<typeof startRun>): Promise<Ended> {
  return startRun(...args).ended;
}

function endedWith(
  status: number | undefined,
  said: { readonly stdout: string; readonly stderr: string },
  events: readonly RecordedEvent[],
): Ended {
  const finished = events.filter(({ event }) => event === 'host-task-finished');
  const tasks = Object.fromEntries(
    finished.map(({ host, task, outcome }) => [`${host}: ${task}`, outcome!.status]),
  );
  return {
    ...{ status, events, tasks, ...said },
    with: (wanted) =>
      Object.keys(tasks)
        .filter((name) => tasks[name] === wanted)
        .sort(),
  };
}

/** A run that was killed may have left half a line. */
function eventsIn(file: string): RecordedEvent[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RecordedEvent);
}
