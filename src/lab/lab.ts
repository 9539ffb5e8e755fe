import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { HostStatus, Lab, LabBackend, LabHost, Report } from './contract.ts';
import { withLock } from './lock.ts';
import { hostKeyOf, nspawn } from './nspawn.ts';
import { ensureLabPackages } from './packages.ts';
import { allStateDir, assertLabName, stateDir } from './paths.ts';
import { canLogIn, ensureKeyPair, publicKey, waitForLogin, writeKnownHosts } from './ssh.ts';

/**
 * Brings every host of the lab up and waits until each answers a login. Hosts that run as described
 * and answer are left alone, others are made anew, hosts that are no longer described are removed.
 *
 * @example await labUp(labFromInventory({ name: 'demo', hosts }), (event) => console.log(event));
 */
export async function labUp(
  lab: Lab,
  report: Report = () => {},
  backend: LabBackend = nspawn,
): Promise<void> {
  await backend.assertUsable();
  await ensureLabPackages(backend, report);
  await withLock(lab.name, async () => {
    await rememberKeys(lab);
    const bases = await ensureBases(lab, backend, report);
    await backend.ensureNetwork(lab);
    for (const name of await backend.list(lab.name)) {
      if (lab.hosts.some((host) => host.name === name)) continue;
      await backend.remove(lab.name, name);
      report({ kind: 'host', host: name, state: 'removed' });
    }
    await inParallel(lab.hosts, async (host) => {
      const base = bases.get(baseKey(host))!;
      if ((await backend.isUpToDate(lab, host, base)) && (await answers(lab, host, backend))) {
        report({ kind: 'host', host: host.name, state: 'already-up' });
      } else {
        await raise(lab, host, base, backend, report);
      }
    });
  });
}

/** Gives a host a fresh disk and boots it; its address and keys stay. Takes about three seconds. */
export async function labReset(
  lab: Lab,
  hostNames: readonly string[],
  report: Report = () => {},
  backend: LabBackend = nspawn,
): Promise<void> {
  await withLock(lab.name, async () => {
    const hosts = lab.hosts.filter((host) => hostNames.includes(host.name));
    await rememberKeys(lab);
    const bases = await ensureBases({ ...lab, hosts }, backend, report);
    await backend.ensureNetwork(lab);
    await inParallel(hosts, (host) => raise(lab, host, bases.get(baseKey(host))!, backend, report));
  });
}

/** Removes every trace of the lab, whatever state a crash left it in. The cache of bases stays. */
export async function labDown(
  name: string,
  report: Report = () => {},
  backend: LabBackend = nspawn,
): Promise<void> {
  assertLabName(name);
  await backend.assertUsable();
  await withLock(name, async () => {
    const hosts = await backend.list(name);
    for (const file of await madeKeys(name)) {
      await rm(file, { force: true });
      await rm(`${file}.pub`, { force: true });
    }
    await inParallel(hosts, (host) => backend.remove(name, host));
    await backend.removeLab(name);
    await rm(stateDir(name), { recursive: true, force: true });
    await rmdir(allStateDir()).catch(() => {}); // other labs may have theirs in there
    for (const host of hosts) report({ kind: 'host', host, state: 'removed' });
  });
}

/** What each host of the lab is doing, with one real login each. Changes nothing. */
export async function labStatus(lab: Lab, backend: LabBackend = nspawn): Promise<HostStatus[]> {
  const existing = await backend.list(lab.name);
  const statuses: HostStatus[] = [];
  await inParallel(lab.hosts, async (host) => {
    const uptime = await backend.uptime(lab.name, host.name);
    const stopped = existing.includes(host.name) ? 'stopped' : 'absent';
    statuses.push({
      name: host.name,
      address: host.address,
      state: uptime === undefined ? stopped : 'running',
      ...(uptime === undefined ? {} : { uptime }),
      ssh: uptime !== undefined && (await canLogIn(lab.name, host)),
    });
  });
  const order = lab.hosts.map((host) => host.name);
  return statuses.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Boots a host that was powered off and waits for a login; its disk is as it was. */
export async function labBoot(
  lab: Lab,
  hostName: string,
  backend: LabBackend = nspawn,
): Promise<void> {
  const host = lab.hosts.find((candidate) => candidate.name === hostName)!;
  await backend.boot(lab, host);
  await waitForLogin(lab.name, host);
}

/** A host that runs but lets nobody in, as after a trial that went wrong, counts as down. */
async function answers(lab: Lab, host: LabHost, backend: LabBackend): Promise<boolean> {
  try {
    await backend.boot(lab, host);
    await waitForLogin(lab.name, host, 4);
    return true;
  } catch {
    return false;
  }
}

async function raise(
  lab: Lab,
  host: LabHost,
  base: string,
  backend: LabBackend,
  report: Report,
): Promise<void> {
  const start = Date.now();
  try {
    report({ kind: 'host', host: host.name, state: 'preparing' });
    await backend.create(lab, host, base);
    report({ kind: 'host', host: host.name, state: 'booting' });
    await backend.boot(lab, host);
    await waitForLogin(lab.name, host);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    report({ kind: 'host', host: host.name, state: 'failed', error: message });
    throw error;
  }
  const seconds = (Date.now() - start) / 1000;
  report({ kind: 'host', host: host.name, state: 'ready', seconds });
}

/** Key pairs of users and hosts, and the known_hosts file. */
async function rememberKeys(lab: Lab): Promise<void> {
  await mkdir(join(stateDir(lab.name), 'host-keys'), { recursive: true, mode: 0o700 });
  const files = [...new Set(lab.hosts.map((host) => host.keyFile))];
  for (const file of files) await makeAndRecordKey(lab.name, file);
  for (const host of lab.hosts) await ensureKeyPair(hostKeyOf(lab.name, host.name), host.name);
  const keys = lab.hosts.map(async (host) => ({
    host,
    publicKey: await publicKey(hostKeyOf(lab.name, host.name)),
  }));
  await writeKnownHosts(lab.name, await Promise.all(keys));
}

/** A key is recorded before it is made, so that `down` removes it after a crash too. */
async function makeAndRecordKey(lab: string, file: string): Promise<void> {
  const exists = await readFile(file).catch(() => undefined);
  if (exists) return;
  const record = join(stateDir(lab), 'made-keys');
  await writeFile(`${record}.new`, [...(await madeKeys(lab)), file].map((f) => `${f}\n`).join(''));
  await rename(`${record}.new`, record);
  await ensureKeyPair(file, `rolecall-lab-${lab}`);
}

async function madeKeys(lab: string): Promise<string[]> {
  const text = await readFile(join(stateDir(lab), 'made-keys'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
}

async function ensureBases(
  lab: Lab,
  backend: LabBackend,
  report: Report,
): Promise<Map<string, string>> {
  const bases = new Map<string, string>();
  for (const host of lab.hosts) {
    const key = baseKey(host);
    if (!bases.has(key))
      bases.set(key, await backend.ensureBase(host.suite, host.packages, report));
  }
  return bases;
}

function baseKey(host: LabHost): string {
  return [host.suite, ...[...host.packages].sort()].join(' ');
}

/** All are tried even when one fails; then the first failure is thrown. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.max(4, 2 * availableParallelism()) }, lane));
  if (failures.length > 0) throw failures[0];
}
