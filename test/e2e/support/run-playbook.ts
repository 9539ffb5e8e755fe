import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a task ended on a host, as `-o json=FILE` records it. */
export interface TaskRecord {
  readonly host: string;
  readonly task: string;
  readonly module: string;
  readonly status: string;
  readonly message: string;
  readonly result: { readonly [key: string]: unknown };
  readonly ignored: boolean;
  readonly hint: string | undefined;
  /** The results of its loop, in order. */
  readonly items: readonly { readonly [key: string]: unknown }[];
}

export interface PlaybookRun {
  readonly exitStatus: number;
  /** What a person sees in a pipe. */
  readonly stdout: string;
  readonly stderr: string;
  readonly tasks: readonly TaskRecord[];
  /** What the run made of a host: ok, changed, failed, … */
  readonly counts: { readonly [host: string]: { readonly [status: string]: number } };
}

/** Runs a playbook as a user does: a process of its own, over SSH. `folder` is its working folder. */
export async function runPlaybook(
  folder: string,
  playbook: string,
  args: readonly string[],
): Promise<PlaybookRun> {
  const record = join(folder, `${playbook}.jsonl`);
  await rm(record, { force: true });
  const argv = [launcher, 'run', playbook, '-o', 'plain', '-o', `json=${record}`, ...args];
  const { exitStatus, stdout, stderr } = await finished(argv, folder);
  const events = (await readFile(record, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return {
    exitStatus,
    stdout,
    stderr,
    tasks: taskRecords(events),
    counts: events.find((event) => event.event === 'run-finished')?.hosts ?? {},
  };
}

// biome-ignore lint/suspicious/noExplicitAny: lines of JSON
function taskRecords(events: readonly any[]): TaskRecord[] {
  const items = new Map<string, TaskRecord['result'][]>();
  const records: TaskRecord[] = [];
  for (const { event, host, id, task, module, outcome } of events) {
    const key = `${host} ${id}`;
    if (event === 'host-task-item') items.set(key, [...(items.get(key) ?? []), outcome.result]);
    if (event !== 'host-task-finished') continue;
    records.push({
      host,
      task,
      module,
      status: outcome.status,
      message: outcome.message ?? '',
      result: outcome.result ?? {},
      ignored: outcome.ignored ?? false,
      hint: outcome.problem?.hint,
      items: items.get(key) ?? [],
    });
    items.delete(key);
  }
  return records;
}

const launcher = fileURLToPath(new URL('../../../src/cli/launch.js', import.meta.url));

function finished(
  argv: readonly string[],
  cwd: string,
): Promise<{ exitStatus: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 150_000,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({
        exitStatus: status ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}
