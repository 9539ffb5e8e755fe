import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RolecallError } from '../errors.ts';

/** Who holds the lock: the number of a process alone may be another one's by now. */
export interface LockHolder {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

/**
 * Takes the lock of a fleet for this process; returns what gives it back. The lock of a process that
 * is gone is replaced. Two that find such a lock at once do not both get it: only one may replace it
 * at a time, and looks again before it does.
 */
export function takeLock(file: string, self: LockHolder = thisProcess()): () => void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const text = JSON.stringify(self);
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (place(text, file)) return () => release(file, text);
    const holder = holderOf(file);
    if (holder === 'none') continue;
    if (holder !== 'damaged' && isAlive(holder)) throw watched(file, holder);
    if (replace(file, text)) return () => release(file, text);
  }
  throw new RolecallError({
    code: 'drift-watched',
    message: `the lock ${file} could not be taken`,
    hint: `Remove ${file}.replacing if no other process starts at the moment.`,
  });
}

/** The process that holds the lock now. */
export function watcherOf(file: string): number | undefined {
  const holder = holderOf(file);
  return typeof holder === 'object' && isAlive(holder) ? holder.pid : undefined;
}

const attempts = 10;

/** Puts the file there whole, only when there is none. */
function place(text: string, file: string): boolean {
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(fresh, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

function replace(file: string, text: string): boolean {
  const turn = `${file}.replacing`;
  if (!place(text, turn)) {
    const holder = holderOf(turn);
    if (holder !== 'none' && (holder === 'damaged' || !isAlive(holder)))
      rmSync(turn, { force: true });
    return false;
  }
  try {
    const holder = holderOf(file);
    if (holder === 'none' || (holder !== 'damaged' && isAlive(holder))) return false;
    const fresh = `${file}.${randomBytes(6).toString('hex')}`;
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
    renameSync(fresh, file);
    return true;
  } finally {
    rmSync(turn, { force: true });
  }
}

function release(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) rmSync(file);
  } catch {
    // It is gone already.
  }
}

function holderOf(file: string): LockHolder | 'none' | 'damaged' {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : 'damaged';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'damaged';
  }
}

/** The process that runs this. */
export function thisProcess(): LockHolder {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', bootId: bootId() };
}

function isAlive(holder: LockHolder): boolean {
  if (holder.bootId !== bootId()) return false;
  if (holder.startTime !== '') return startTimeOf(holder.pid) === holder.startTime;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ticks after the boot; undefined without such a process or without /proc. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function watched(file: string, { pid }: LockHolder): RolecallError {
  return new RolecallError({
    code: 'drift-watched',
    message: `process ${pid} already watches over this fleet (${file})`,
  });
}
