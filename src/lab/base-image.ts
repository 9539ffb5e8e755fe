import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type AptSetup, aptSetupFor, trustedCertificates } from './apt-machine.ts';
import { attempting, run } from './commands.ts';
import type { Report } from './contract.ts';
import { withLock } from './lock.ts';
import { cacheDir, digest } from './paths.ts';
import { isAlive, killProcess, processesWithArgument, readRecord } from './processes.ts';

/** Part of every base's id: raise it when what this file does to a base changes. */
const recipe = 2;
const maximumAgeDays = 7; // package lists inside get stale, and files they name leave the archives
const essentials = [
  'systemd',
  'systemd-sysv',
  'openssh-server',
  'dbus',
  'iproute2',
  'ca-certificates',
  'sudo',
];

/** The directory of a base root filesystem, by its id. */
export function baseDirectory(id: string): string {
  return join(cacheDir(), 'base', id);
}

/** Finds the base of a suite and packages in the cache or builds it there; returns its id. */
export async function ensureBase(
  suite: string,
  packages: readonly string[],
  report: Report,
): Promise<string> {
  const apt = await aptSetupFor(suite);
  const wanted = [...new Set([...essentials, ...packages])].sort();
  const id = `${suite}-${digest(JSON.stringify([recipe, process.arch, suite, wanted, apt])).slice(0, 16)}`;
  if (await isFresh(id)) {
    report({ kind: 'base', suite, packages, state: 'cached' });
    return id;
  }
  return await withLock('base', async () => {
    if (await isFresh(id)) return id;
    report({ kind: 'base', suite, packages, state: 'building' });
    const start = Date.now();
    await sweepUnfinished();
    try {
      await build(id, suite, wanted, apt, report);
    } catch (error) {
      await sweepUnfinished(true);
      throw error;
    }
    report({
      kind: 'base',
      suite,
      packages,
      state: 'built',
      seconds: (Date.now() - start) / 1000,
    });
    return id;
  });
}

async function isFresh(id: string): Promise<boolean> {
  return (await ageInDays(id)) < maximumAgeDays; // not a number where there is none: false
}

async function ageInDays(id: string): Promise<number> {
  const found = await stat(join(baseDirectory(id), 'etc/rolecall-lab-base')).catch(() => undefined);
  return found ? (Date.now() - found.mtimeMs) / 86_400_000 : Number.NaN;
}

async function build(
  id: string,
  suite: string,
  packages: readonly string[],
  apt: AptSetup,
  report: Report,
): Promise<void> {
  const archives = join(cacheDir(), 'archives');
  const own = await readRecord('/proc/self/stat');
  const building = join(cacheDir(), 'base', `building.${own?.pid}.${own?.startTime}.${Date.now()}`);
  await mkdir(archives, { recursive: true });
  await mkdir(join(cacheDir(), 'base'), { recursive: true });
  const options = apt.conf.split('\n').filter(Boolean);
  await attempting(`building the ${suite} root filesystem`, async () => {
    const inHost = '"$1"/var/cache/apt/archives';
    const argv = [
      ...['mmdebstrap', '--mode=root', '--variant=minbase', '--format=directory'],
      '--skip=download/empty,essential/unlink,cleanup/apt/lists',
      ...options.map((option) => `--aptopt=${option.replace(/;$/, '')}`),
      '--aptopt=Acquire::Languages "none"',
      `--setup-hook=mkdir -p ${inHost} && cp -a ${shellWord(archives)}/. ${inHost}/`,
      `--customize-hook=for f in ${inHost}/*.deb; do cp -au "$f" ${shellWord(archives)}/; done`,
      `--include=${packages.join(',')}`,
      ...[suite, building, ...apt.lines],
    ];
    // With this process ends the builder, and with it, as they share a process namespace, all it has
    // started: nobody writes into a tree that a later run sweeps.
    const together = ['unshare', '--fork', '--pid', '--mount-proc', '--kill-child=KILL'];
    const child = run`exec setpriv --pdeathsig KILL ${together} ${argv}`;
    const output = createInterface({ input: child.stderr });
    output.on('line', (line) => report({ kind: 'base-output', line }));
    await child;
    await finish(building, apt);
  });
  const previous = `${baseDirectory(id)}.old.${Date.now()}`;
  await rename(baseDirectory(id), previous).catch(() => {});
  await rename(building, baseDirectory(id));
}

/** What all hosts of a base share: apt as this machine has it, no timers that work on their own. */
async function finish(root: string, apt: AptSetup): Promise<void> {
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await rm(join(root, 'etc/apt/sources.list'), { force: true });
  await rm(join(root, 'etc/apt/sources.list.d'), { recursive: true, force: true });
  await put('etc/apt/sources.list.d/debian.sources', apt.sources);
  await rm(join(root, 'etc/apt/apt.conf.d/99mmdebstrap'), { force: true });
  await put('etc/apt/apt.conf.d/90rolecall-lab', apt.conf);
  await put('etc/dpkg/dpkg.cfg.d/rolecall-lab', 'force-unsafe-io\n');
  await put('etc/ssh/sshd_config.d/rolecall-lab.conf', 'HostKey /etc/ssh/ssh_host_ed25519_key\n');
  const certificates = await trustedCertificates();
  for (const file of certificates.added) {
    const target = join(root, 'usr/local/share/ca-certificates', basename(file));
    await mkdir(join(target, '..'), { recursive: true });
    await cp(file, target);
  }
  await run({ input: baseScript })`chroot ${root} /bin/sh -s`;
  if (certificates.bundle) {
    await cp(certificates.bundle, join(root, 'etc/ssl/certs/ca-certificates.crt'));
  }
  await put('etc/rolecall-lab-base', '');
}

const baseScript = `set -e
rm -f /etc/ssh/ssh_host_*
systemctl enable systemd-networkd.service ssh.service >/dev/null 2>&1
systemctl mask systemd-networkd-wait-online.service console-getty.service >/dev/null 2>&1
# as systemd-update-done leaves it, so that no host rebuilds its caches at the first boot
touch -r /usr /etc/.updated /var/.updated
for timer in apt-daily apt-daily-upgrade dpkg-db-backup e2scrub_all fstrim man-db logrotate; do
  systemctl mask $timer.timer >/dev/null 2>&1
done
if [ -n "$(ls /usr/local/share/ca-certificates 2>/dev/null)" ]; then update-ca-certificates >/dev/null 2>&1; fi
`;

/** Removes what builders that no longer run left behind, and bases that were replaced and are not in use. */
async function sweepUnfinished(evenOwn = false): Promise<void> {
  const directory = join(cacheDir(), 'base');
  const mounts = (await run`cat /proc/mounts`).stdout;
  for (const name of await readdir(directory).catch(() => [])) {
    const [, pid, startTime] = /^building\.(\d+)\.(\d+)\./.exec(name) ?? [];
    const builder = { pid: Number(pid), startTime: Number(startTime) };
    const abandoned =
      pid && ((evenOwn && builder.pid === process.pid) || !(await isAlive(builder)));
    const replaced = name.includes('.old.') && !mounts.includes(name.replace(/\.old\..*/, ''));
    const unused = !mounts.includes(`/${name},`) && (await ageInDays(name)) > 2 * maximumAgeDays;
    if (!abandoned && !replaced && !unused) continue;
    for (const straggler of await processesWithArgument(join(directory, name))) {
      await killProcess(straggler);
    }
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
