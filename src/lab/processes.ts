import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process as it recorded itself: the number alone may be another process's by now. */
export interface RecordedProcess {
  readonly pid: number;
  /** Clock ticks after the machine's boot. */
  readonly startTime: number;
}

/** Reads a file that holds a copy of `/proc/PID/stat`; undefined when it is missing or cut short. */
export async function readRecord(file: string): Promise<RecordedProcess | undefined> {
  return parseStat(await readFile(file, 'utf8').catch(() => ''));
}

/** Parses `/proc/PID/stat`; the command in it may contain spaces and parentheses. */
export function parseStat(text: string): RecordedProcess | undefined {
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = Number(fields[19]);
  return pid > 0 && text.includes(')') && startTime > 0 ? { pid, startTime } : undefined;
}

/** Whether the recorded process itself still runs. */
export async function isAlive(recorded: RecordedProcess): Promise<boolean> {
  const text = await readFile(`/proc/${recorded.pid}/stat`, 'utf8').catch(() => '');
  const state = text.slice(text.lastIndexOf(')') + 2)[0];
  return parseStat(text)?.startTime === recorded.startTime && state !== 'Z' && state !== 'X';
}

/** Seconds that the recorded process has been running. */
export async function ageOf(recorded: RecordedProcess): Promise<number> {
  const uptime = Number.parseFloat(await readFile('/proc/uptime', 'utf8'));
  return Math.max(0, uptime - recorded.startTime / clockTicks);
}

/** SIGKILL, then waits until it is gone. */
export async function killProcess(recorded: RecordedProcess): Promise<void> {
  for (let attempt = 0; attempt < 200 && (await isAlive(recorded)); attempt++) {
    try {
      process.kill(recorded.pid, 'SIGKILL');
    } catch {
      return;
    }
    await sleep(25);
  }
}

/** Waits until the process has ended by itself, or the time is over. */
export async function waitUntilGone(recorded: RecordedProcess, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while ((await isAlive(recorded)) && Date.now() < deadline) await sleep(20);
}

/** Processes one of whose arguments is exactly `argument`. */
export async function processesWithArgument(argument: string): Promise<RecordedProcess[]> {
  const found: RecordedProcess[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const argv = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (!argv.split('\0').includes(argument)) continue;
    const record = await readRecord(`/proc/${entry}/stat`);
    if (record) found.push(record);
  }
  return found;
}

/** Pids of the processes that `pid` has started and that have not been reaped. */
export async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
    ),
  );
  return lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
}

/** The pid, as this machine sees it, of the init process inside the container that `pid` runs. */
export async function containerInit(pid: number): Promise<number | undefined> {
  for (const child of await childrenOf(pid)) {
    const status = await readFile(`/proc/${child}/status`, 'utf8').catch(() => '');
    const inner = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
    if (inner.length > 1 && inner.at(-1) === '1') return child;
    const deeper = await containerInit(child);
    if (deeper) return deeper;
  }
  return undefined;
}

const clockTicks = 100; // USER_HZ is 100 on every Linux architecture that Debian runs on
