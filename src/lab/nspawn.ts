import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RolecallError } from '../errors.ts';
import { ensureBase } from './base-image.ts';
import { cgroupFor, removeCgroups } from './cgroups.ts';
import { capture, commandEnvironment, run } from './commands.ts';
import type { Lab, LabBackend, LabHost } from './contract.ts';
import { writeHostFiles } from './host-files.ts';
import { ensureNetwork, removeNetwork } from './network.ts';
import { mountOverlay, removeDataDirectory, removeOverlay } from './overlay.ts';
import {
  bridgeName,
  dataDir,
  digest,
  hostDir,
  hostnameOf,
  machineName,
  stateDir,
  vethName,
} from './paths.ts';
import {
  ageOf,
  childrenOf,
  containerInit,
  isAlive,
  killProcess,
  processesWithArgument,
  readRecord,
  waitUntilGone,
} from './processes.ts';
import { ensureKeyPair, publicKey } from './ssh.ts';

const bootSeconds = 60;

/** Hosts as systemd-nspawn containers with an overlay each, on a bridge. Needs Linux and root. */
export const nspawn: LabBackend = {
  name: 'nspawn',
  commands: {
    'systemd-nspawn': 'systemd-container',
    mmdebstrap: 'mmdebstrap',
    nft: 'nftables',
    ip: 'iproute2',
    ssh: 'openssh-client',
    'ssh-keygen': 'openssh-client',
    flock: 'util-linux',
    nsenter: 'util-linux',
    setpriv: 'util-linux',
    unshare: 'util-linux',
  },

  async assertUsable() {
    if (process.platform === 'linux' && process.getuid?.() === 0) return;
    throw new RolecallError({
      code: 'lab-unsupported',
      message:
        process.platform === 'linux'
          ? 'a lab makes mounts, network interfaces and containers, which only root may do'
          : `a lab needs Linux; this is ${process.platform}`,
    });
  },

  ensureBase,
  ensureNetwork,

  async isUpToDate(lab, host, base) {
    const made = await readFile(fileOf(lab.name, host.name, 'made-from'), 'utf8').catch(() => '');
    if (made !== (await fingerprint(lab, host, base))) return false;
    return (await running(lab.name, host.name)) !== undefined;
  },

  async create(lab, host, base) {
    await nspawn.remove(lab.name, host.name);
    const directory = hostDir(lab.name, host.name);
    const root = join(directory, 'root');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await mountOverlay(lab.name, host.name, base, root);
    const hostKeyFile = hostKeyOf(lab.name, host.name);
    await ensureKeyPair(hostKeyFile, host.name);
    const authorized = await publicKey(host.keyFile);
    await writeHostFiles(root, lab, host, { hostKeyFile, authorized });
    const record = join(directory, 'made-from');
    await writeFile(`${record}.new`, await fingerprint(lab, host, base));
    await rename(`${record}.new`, record);
  },

  async boot(lab, host) {
    const already = await running(lab.name, host.name);
    const child = already ? undefined : await start(lab, host);
    const seconds = already ? Math.min(bootSeconds - (await ageOf(already)), 10) : bootSeconds;
    const deadline = Date.now() + seconds * 1000;
    while (!(await sshdListens(lab.name, host.name))) {
      if (Date.now() > deadline || (child && child.exitCode !== null)) {
        const log = await readFile(fileOf(lab.name, host.name, 'console.log'), 'utf8');
        throw new RolecallError({
          code: 'lab-failed',
          message: `${host.name} did not boot: ${log.trim().split('\n').slice(-8).join('\n') || 'no output'}`,
        });
      }
      await sleep(60);
    }
  },

  async powerOff(lab, hostName) {
    await kill(lab.name, hostName);
  },

  async remove(labName, hostName) {
    await kill(labName, hostName);
    await removeOverlay(labName, hostName, join(hostDir(labName, hostName), 'root'));
    await rm(hostDir(labName, hostName), { recursive: true, force: true });
  },

  async list(labName) {
    const known = await readdir(join(stateDir(labName), 'hosts')).catch(() => []);
    const kept = await readdir(dataDir(labName)).catch(() => []);
    return [...new Set([...known, ...kept])];
  },

  async uptime(labName, hostName) {
    const record = await running(labName, hostName);
    return record && (await ageOf(record));
  },

  async exec(lab, hostName, argv, options) {
    const init = await initOf(lab.name, hostName);
    const environment = ['/usr/bin/env', '-i', `PATH=${hostPath}`, 'HOME=/root', 'LC_ALL=C'];
    return await capture(
      ['nsenter', '--target', String(init), '--all', '--wd', ...environment, ...argv],
      options,
    );
  },

  async tree(lab, hostName) {
    return `/proc/${await initOf(lab.name, hostName)}/root`;
  },

  async removeLab(labName) {
    for (const host of await nspawn.list(labName)) await nspawn.remove(labName, host);
    await removeNetwork(labName);
    await removeDataDirectory(labName);
  },
};

/** The file of a host's own ssh key, which stays the same as long as the lab is up. */
export function hostKeyOf(lab: string, host: string): string {
  return join(stateDir(lab), 'host-keys', host);
}

const hostPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// Each process writes its own identity before it becomes what has to be ended later, so no moment
// exists in which something runs that nobody has recorded. 133 is how nspawn asks to be restarted
// when the host reboots.
const supervisor = `
dir=$1; cgroup=$2; shift 2
record() { cat /proc/$1/stat >"$dir/$2.new" && mv "$dir/$2.new" "$dir/$2"; }
record $$ supervisor || exit 1
if [ -n "$cgroup" ]; then mkdir -p "$cgroup" && echo $$ >"$cgroup/cgroup.procs" || exit 1; fi
while :; do
  (
    exec sh -c 'cat /proc/$$/stat >"$0/nspawn.new" && mv "$0/nspawn.new" "$0/nspawn" && exec "$@"' "$dir" "$@"
  )
  [ $? -eq 133 ] || exit 0
done`;

async function start(lab: Lab, host: LabHost): Promise<ChildProcess> {
  const directory = hostDir(lab.name, host.name);
  const console = await open(join(directory, 'console.log'), 'w');
  const systemd = await stat('/run/systemd/system').catch(() => undefined);
  const cgroup = systemd ? '' : await cgroupFor(cgroupName(lab.name, host.name));
  const argv = [
    ...['systemd-nspawn', '--quiet', '--boot', `--directory=${join(directory, 'root')}`],
    ...[`--machine=${machineName(lab.name, host.name)}`, '--register=no', '--settings=no'],
    `--hostname=${hostnameOf(host.name)}`,
    ...(systemd ? [] : ['--keep-unit']),
    ...[`--network-bridge=${bridgeName(lab.name)}`, '--resolv-conf=off', '--timezone=off'],
    ...['--console=read-only', '--link-journal=no'],
  ];
  const child = spawn('/bin/sh', ['-c', supervisor, 'sh', directory, cgroup, ...argv], {
    env: { ...commandEnvironment(), SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    stdio: ['ignore', console.fd, console.fd],
    detached: true,
    cwd: '/',
  });
  await once(child, 'spawn');
  child.unref();
  await console.close();
  return child;
}

/** The record of the host's nspawn, if it runs. */
async function running(lab: string, host: string) {
  for (const name of ['nspawn', 'supervisor']) {
    const record = await readRecord(fileOf(lab, host, name));
    if (record && (await isAlive(record))) return record;
  }
  return undefined;
}

async function initOf(lab: string, host: string): Promise<number> {
  const record = await readRecord(fileOf(lab, host, 'nspawn'));
  const init = record && (await isAlive(record)) && (await containerInit(record.pid));
  if (init) return init;
  throw new RolecallError({
    code: 'lab-failed',
    message: `host '${host}' of lab '${lab}' is not running`,
  });
}

async function kill(lab: string, host: string): Promise<void> {
  const nspawnRecord = await readRecord(fileOf(lab, host, 'nspawn'));
  if (nspawnRecord && (await isAlive(nspawnRecord))) {
    // With its init every process in the host is gone; nspawn then cleans up after itself and ends.
    // Before there is an init, ending what nspawn has started so far does the same.
    const init = await containerInit(nspawnRecord.pid);
    for (const pid of init ? [init] : await childrenOf(nspawnRecord.pid)) {
      const record = await readRecord(`/proc/${pid}/stat`);
      if (record) await killProcess(record);
    }
    await waitUntilGone(nspawnRecord, 3);
  }
  const supervisorRecord = await readRecord(fileOf(lab, host, 'supervisor'));
  for (const record of [nspawnRecord, supervisorRecord]) if (record) await killProcess(record);
  const root = join(hostDir(lab, host), 'root');
  for (const record of await processesWithArgument(`--directory=${root}`)) {
    await killProcess(record);
  }
  await removeNspawnLock(root);
  await removeCgroups(cgroupName(lab, host));
  // The kernel takes its time to drop the interface of a host whose plug was pulled.
  const machine = machineName(lab, host);
  if (await stat(`/sys/class/net/${vethName(machine)}`).catch(() => undefined)) {
    await run`ip link delete ${vethName(machine)}`.nothrow();
  }
  await rm(join('/run/systemd/nspawn/propagate', machine), { recursive: true, force: true });
}

/** What a nspawn that was killed leaves in a directory that all its kind share, named by the root's inode. */
async function removeNspawnLock(root: string): Promise<void> {
  const found = await stat(root).catch(() => undefined);
  if (found) await rm(`/run/systemd/nspawn/locks/inode-${found.dev}:${found.ino}`, { force: true });
}

/** Whether something listens on port 22 in there; asking the kernel costs sshd nothing. */
async function sshdListens(lab: string, host: string): Promise<boolean> {
  const record = await readRecord(fileOf(lab, host, 'nspawn'));
  const init = record && (await containerInit(record.pid));
  if (!init) return false;
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${init}/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.some((table) => /^\s*\d+: [0-9A-F]+:0016 [0-9A-F]+:0000 0A /m.test(table));
}

function cgroupName(lab: string, host: string): string {
  return `rolecall-lab-${machineName(lab, host)}`;
}

function fileOf(lab: string, host: string, name: string): string {
  return join(hostDir(lab, host), name);
}

async function fingerprint(lab: Lab, host: LabHost, base: string): Promise<string> {
  return digest(JSON.stringify([lab.subnet, host, base, await publicKey(host.keyFile)]));
}
