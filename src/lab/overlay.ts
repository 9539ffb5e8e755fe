import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseDirectory } from './base-image.ts';
import { attempting, run } from './commands.ts';
import { dataDir, hostDataDir } from './paths.ts';

/** Mounts a fresh overlay of a base at `root`; the host's own files go to the lab's data directory. */
export async function mountOverlay(
  lab: string,
  host: string,
  base: string,
  root: string,
): Promise<void> {
  await attempting(`mounting the root filesystem of ${host}`, async () => {
    await ensureDataDirectory(lab);
    const data = hostDataDir(lab, host);
    await mkdir(join(data, 'upper'), { recursive: true });
    await mkdir(join(data, 'work'), { recursive: true });
    await mkdir(root, { recursive: true });
    // volatile: nobody needs these files after a crash of the machine, so nothing waits for the disk.
    const layers = `volatile,lowerdir=${baseDirectory(base)},upperdir=${join(data, 'upper')},workdir=${join(data, 'work')}`;
    await run`mount -t overlay ${`rolecall-lab-${lab}`} -o ${layers} ${root}`;
  });
}

/** Unmounts what is mounted at or under `root`, deepest first, and deletes the host's own files. */
export async function removeOverlay(lab: string, host: string, root: string): Promise<void> {
  await unmountAll(root);
  await run`rm -rf --one-file-system ${hostDataDir(lab, host)}`;
}

/** Deletes a lab's data directory with everything in it. */
export async function removeDataDirectory(lab: string): Promise<void> {
  await unmountAll(dataDir(lab));
  await rm(dataDir(lab), { recursive: true, force: true });
  await run`rmdir --ignore-fail-on-non-empty ${join(dataDir(lab), '..')}`.nothrow();
}

/** Where a filesystem is mounted at or under `path`, outermost first. */
export async function mountsUnder(path: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .split('\n')
    .map((line) => unescapeMount(line.split(' ')[4] ?? ''))
    .filter((point) => point === path || point.startsWith(`${path}/`));
}

async function unmountAll(path: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const points = (await mountsUnder(path)).reverse();
    if (points.length === 0) return;
    for (const point of points) await run`umount ${point}`.nothrow();
    if (attempt > 0) await sleep(100);
  }
  for (const point of (await mountsUnder(path)).reverse()) await run`umount --lazy ${point}`;
}

/** Overlays cannot have their upper directory on an overlay, as in a container: then it is a tmpfs. */
async function ensureDataDirectory(lab: string): Promise<void> {
  const directory = dataDir(lab);
  await mkdir(directory, { recursive: true });
  const type = (await run`stat --file-system --format %T ${directory}`).stdout.trim();
  if (type === 'overlayfs') {
    await run`mount -t tmpfs -o mode=0700 ${`rolecall-lab-${lab}`} ${directory}`;
  }
}

function unescapeMount(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
