import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RolecallError } from '../errors.ts';
import { attempting, run } from './commands.ts';
import type { Lab } from './contract.ts';
import { withLock } from './lock.ts';
import { allStateDir, bridgeName, nftTableName } from './paths.ts';
import { gatewayOf, prefixLength, subnetContains } from './subnet.ts';

/** What labs need of the kernel; each goes back to what it was when the last lab goes. */
const settings: readonly Setting[] = [
  { file: '/proc/sys/net/ipv4/ip_forward', atLeast: 1, record: '.ip-forward-before' },
  // Each host's systemd takes several; the default of 128 is enough for about fifteen hosts.
  { file: '/proc/sys/fs/inotify/max_user_instances', atLeast: 4096, record: '.inotify-before' },
];

interface Setting {
  readonly file: string;
  readonly atLeast: number;
  readonly record: string;
}

/** Bridge, address, masquerading and forwarding of a lab; called again it repairs what is missing. */
export async function ensureNetwork(lab: Lab): Promise<void> {
  const bridge = bridgeName(lab.name);
  await refuseOverlap(lab, bridge);
  await attempting(`the network of lab ${lab.name}`, async () => {
    if (!(await linkExists(bridge))) await run`ip link add name ${bridge} type bridge`;
    await run`ip address replace ${`${gatewayOf(lab.subnet)}/${prefixLength(lab.subnet)}`} dev ${bridge}`;
    await run`ip link set ${bridge} up`;
    await run({ input: ruleset(lab, bridge) })`nft -f -`;
    await withLock('forwarding', async () => {
      for (const setting of settings) await raise(setting);
    });
  });
}

/** Removes them; the kernel's settings go back to what they were when the last lab goes. */
export async function removeNetwork(labName: string): Promise<void> {
  const bridge = bridgeName(labName);
  if (await linkExists(bridge)) await run`ip link delete ${bridge}`.nothrow();
  await run`nft delete table inet ${nftTableName(labName)}`.nothrow();
  await withLock('forwarding', async () => {
    for (const setting of settings) await restore(setting, labName);
  });
}

// Deleting and defining the table in one transaction replaces it without a gap. The clamp is for
// machines whose way out has a smaller MTU than the bridge.
function ruleset(lab: Lab, bridge: string): string {
  const table = nftTableName(lab.name);
  return `table inet ${table}
delete table inet ${table}
table inet ${table} {
  chain forward {
    type filter hook forward priority mangle; policy accept;
    iifname "${bridge}" tcp flags syn tcp option maxseg size set rt mtu
    oifname "${bridge}" tcp flags syn tcp option maxseg size set rt mtu
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${lab.subnet} ip daddr != ${lab.subnet} masquerade
  }
}
`;
}

async function linkExists(name: string): Promise<boolean> {
  return (await run`ip link show dev ${name}`.nothrow()).exitCode === 0;
}

async function refuseOverlap(lab: Lab, ownBridge: string): Promise<void> {
  const listing = await run`ip -4 -oneline address show`;
  for (const line of listing.stdout.split('\n')) {
    const [, link, address] = /^\d+:\s+(\S+)\s+inet\s+([\d.]+)\//.exec(line) ?? [];
    if (!link || !address || link === ownBridge || !subnetContains(lab.subnet, address)) continue;
    throw new RolecallError({
      code: 'lab-invalid',
      message: `subnet ${lab.subnet} of lab '${lab.name}' is in use: interface ${link} has ${address}`,
      hint: 'Choose another subnet (lab_subnet and ansible_host), or bring the other lab down.',
    });
  }
}

async function raise({ file, atLeast, record }: Setting): Promise<void> {
  const before = (await readFile(file, 'utf8')).trim();
  if (Number(before) >= atLeast) return;
  await mkdir(allStateDir(), { recursive: true });
  await writeFile(join(allStateDir(), record), before);
  await writeFile(file, String(atLeast));
}

async function restore({ file, record }: Setting, labName: string): Promise<void> {
  const kept = join(allStateDir(), record);
  const before = await readFile(kept, 'utf8').catch(() => undefined);
  const entries = await readdir(allStateDir()).catch(() => []);
  const others = entries.filter((name) => !name.startsWith('.') && name !== labName);
  if (before === undefined || others.length > 0) return;
  await writeFile(file, before.trim() || '0');
  await rm(kept, { force: true });
}
