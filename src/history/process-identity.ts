import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process wrote a record: its number alone may be another's later. */
export interface ProcessIdentity {
  readonly machine: string;
  readonly pid: number;
  /** Of the machine's boot; undefined where the system does not tell. */
  readonly boot: string | undefined;
  /** When the process began, in the system's own count. */
  readonly born: string | undefined;
}

export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  return { machine: hostname(), pid, boot: bootId(), born: bornOf(pid) };
}

/** Whether that process still runs; undefined for one of another machine. */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.machine !== hostname()) return undefined;
  if (identity.boot !== undefined && identity.boot !== bootId()) return false;
  if (identity.born !== undefined) return bornOf(identity.pid) === identity.born;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bootId(): string | undefined {
  return read('/proc/sys/kernel/random/boot_id')?.trim();
}

/** A zombie has ended. */
function bornOf(pid: number): string | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : fields[18];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
