import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './commands.ts';

/** Path of a cgroup of this name in the unified hierarchy; empty where there is none. */
export async function cgroupFor(name: string): Promise<string> {
  const unified = (await hierarchies()).find((mount) => mount.unified);
  return unified ? join(unified.path, name) : '';
}

/** Removes the cgroup, and its copies that nspawn makes in the hierarchy of an old-style systemd. */
export async function removeCgroups(name: string): Promise<void> {
  for (const { path, unified } of await hierarchies()) {
    const cgroup = join(path, name);
    for (let attempt = 0; attempt < 40; attempt++) {
      if (!(await stat(cgroup).catch(() => undefined))) break;
      await run`find ${cgroup} -depth -type d -exec rmdir {} ${';'}`.nothrow();
      // Only for stragglers: some kernels go on killing in a cgroup that was killed once.
      if (attempt === 10 && unified) {
        await writeFile(join(cgroup, 'cgroup.kill'), '1').catch(() => {});
      }
      if (attempt > 0) await sleep(50);
    }
  }
}

async function hierarchies(): Promise<{ path: string; unified: boolean }[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table.split('\n').flatMap((line): { path: string; unified: boolean }[] => {
    const path = line.split(' ')[4] ?? '';
    if (line.includes(' - cgroup2 ')) return [{ path, unified: true }];
    const isOldSystemd = line.includes(' - cgroup ') && line.includes('name=systemd');
    return isOldSystemd ? [{ path, unified: false }] : [];
  });
}
