import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How Ansible says that a task ended on a host. */
export interface AnsibleTask {
  readonly task: string;
  readonly host: string;
  readonly changed: boolean;
  readonly failed: boolean;
  readonly skipped: boolean;
  readonly result: { readonly [key: string]: unknown };
}

export interface AnsibleRun {
  readonly exitStatus: number;
  readonly tasks: readonly AnsibleTask[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether Debian's `ansible` package is here, and passlib: without it Ansible's `password_hash` is another. */
export const hasAnsible =
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'ansible-playbook'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }) && spawnSync('/usr/bin/python3', ['-c', 'import passlib']).status === 0;

export const withoutAnsible =
  'not all is installed: apt-get install ansible python3-passlib, to compare with it';

/** Runs a playbook with Ansible itself. `folder` is its working folder. */
export async function runAnsible(
  folder: string,
  playbook: string,
  args: readonly string[],
  native = false,
): Promise<AnsibleRun> {
  const { exitStatus, stdout, stderr } = await finished([playbook, ...args], folder, native);
  const start = stdout.indexOf('{\n');
  const report = start < 0 ? { plays: [] } : JSON.parse(stdout.slice(start));
  const tasks: AnsibleTask[] = [];
  for (const play of report.plays) {
    for (const { task, hosts } of play.tasks) {
      for (const [host, result] of Object.entries<Record<string, unknown>>(hosts)) {
        const { changed = false, failed = false, skipped = false } = result as Flags;
        tasks.push({ task: task.name, host, changed, failed, skipped, result });
      }
    }
  }
  return { exitStatus, tasks, stdout, stderr };
}

interface Flags {
  readonly changed?: boolean;
  readonly failed?: boolean;
  readonly skipped?: boolean;
}

function finished(
  argv: readonly string[],
  cwd: string,
  native: boolean,
): Promise<{ exitStatus: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('ansible-playbook', argv, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 200_000,
      env: {
        ...process.env,
        ANSIBLE_STDOUT_CALLBACK: 'json',
        ANSIBLE_PIPELINING: 'true',
        ANSIBLE_JINJA2_NATIVE: String(native), // what later versions always do
        ANSIBLE_NOCOLOR: 'true',
        ANSIBLE_LOCALHOST_WARNING: 'false',
        ANSIBLE_PYTHON_INTERPRETER: 'auto_silent',
        LC_ALL: 'C.UTF-8',
      },
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
