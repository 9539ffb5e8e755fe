import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cgroupFor } from '../../src/lab/cgroups.ts';

/** Seconds of CPU that these cgroups, and all in them, have used so far. */
export async function cpuOf(cgroups: readonly string[]): Promise<number> {
  const counts = cgroups.map(async (cgroup) => {
    const text = await readFile(join(cgroup, 'cpu.stat'), 'utf8');
    return microseconds(text) / 1e6;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Reads `usage_usec` of a `cpu.stat`. */
export function microseconds(text: string): number {
  return Number(/^usage_usec (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

/** The cgroup of a host, given its nspawn: the one that nspawn has divided for itself and the host. */
export async function cgroupOf(pid: number): Promise<string> {
  const path = unifiedPath(await readFile(`/proc/${pid}/cgroup`, 'utf8'));
  return await cgroupFor(path);
}

/** Of `/proc/PID/cgroup`: `0::/rolecall-lab-x/supervisor` is in `/rolecall-lab-x`. */
export function unifiedPath(text: string): string {
  const path = /^0::(.*)$/m.exec(text)?.[1] ?? '/';
  return path.endsWith('/supervisor') ? dirname(path) : path;
}
