import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nspawn } from '../../../src/lab/nspawn.ts';
import type { TestLab } from './lab.ts';

/** What shells of rolecall started on a host: processes that were forked, programs that were executed. */
export interface Started {
  readonly processes: number;
  readonly programs: number;
}

/** A port of the host on which what comes in is traced, and its login. */
export const tracedPort = 2222;

/**
 * Runs an sshd of its own on a host, with everything that comes of it traced from outside, while `work`
 * goes on. Who logs in there must be root: what is traced cannot become another user by sudo.
 */
export async function processesStarted<T>(
  lab: TestLab,
  host: string,
  work: () => Promise<T>,
): Promise<{ result: T; started: Started }> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-trace-'));
  const file = join(folder, 'trace');
  const [, init = ''] = /^\/proc\/(\d+)\//.exec(await nspawn.tree(lab.lab, host)) ?? [];
  const sshd = ['/usr/sbin/sshd', '-D', '-p', String(tracedPort), '-o', `PidFile=${pidFile}`];
  // strace sees the numbers that processes have on the host, which tell who forked whom.
  const inside = ['--target', init, '--mount', '--uts', '--ipc', '--net', '--cgroup', '--root'];
  const trace = ['-f', '--seccomp-bpf', '-e', 'trace=execve,clone,clone3,fork,vfork', '-s', '80'];
  const tracer = spawn(
    'nsenter',
    ['--target', init, '--pid', 'strace', ...trace, '-o', file, 'nsenter', ...inside, ...sshd],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const over = once(tracer, 'exit');
  try {
    await lab.sh(host, `until [ -s ${pidFile} ]; do sleep 0.1; done`);
    const result = await work();
    await lab.sh(host, stopSshd);
    await over;
    return { result, started: countStarted(await readFile(file, 'utf8')) };
  } finally {
    await lab.sh(host, stopSshd);
    await rm(folder, { recursive: true, force: true });
  }
}

const pidFile = '/run/sshd-traced.pid';
const stopSshd = `[ ! -s ${pidFile} ] || kill "$(cat ${pidFile})"; rm -f ${pidFile}`;

/** Counts what descends from processes that were executed with the command of a persistent shell. */
function countStarted(trace: string): Started {
  const calls = trace.split('\n').map((line) => ({ pid: line.split(' ', 1)[0]!, line }));
  const children = calls.flatMap(({ pid, line }) => {
    const child = childIn(line);
    return child === undefined ? [] : [{ parent: pid, child }];
  });
  const ours = new Set(calls.filter(({ line }) => shellStart.test(line)).map(({ pid }) => pid));
  // A child may be seen at work before its parent is told of it, but not before it was forked.
  for (let before = -1; before < ours.size; ) {
    before = ours.size;
    for (const { parent, child } of children) if (ours.has(parent)) ours.add(child);
  }
  return {
    processes: children.filter(({ parent }) => ours.has(parent)).length,
    programs: calls.filter(
      ({ pid, line }) => ours.has(pid) && executed.test(line) && !shellStart.test(line),
    ).length,
  };
}

const shellStart = /execve\("[^"]+", \["\/bin\/sh", "-c", "(echo \w+; )?IFS= read -r _rc_x &&/;
const executed = /(execve\(.*|<\.\.\. execve resumed>.*)\) += 0$/;

/** The process that a call has forked; `threads` are none. */
function childIn(line: string): string | undefined {
  if (!/ (<\.\.\. )?(clone3?|v?fork)\b/.test(line) || line.includes('CLONE_THREAD'))
    return undefined;
  return /= (\d+)$/.exec(line)?.[1];
}
