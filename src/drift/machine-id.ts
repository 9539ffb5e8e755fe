import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells this machine from others; its name where it has nothing better. */
export function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
  } catch {
    return hostname();
  }
}
