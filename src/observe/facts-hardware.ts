import type { Plain } from '../values.ts';
import { deviceFacts, diskLinks } from './facts-devices.ts';
import { integer, type Sources } from './facts-sources.ts';

/** The subset `hardware`: memory, processors, mounts, devices, DMI names, uptime. */
export function hardwareFacts(sources: Sources): { [name: string]: Plain } {
  const uptime = /^(\d+)/.exec(sources.first('/proc/uptime') ?? '');
  return {
    ...memory(sources.lines('/proc/meminfo')),
    ...processors(sources),
    ...dmi(sources),
    ...deviceFacts(sources),
    ansible_mounts: mounts(sources),
    ansible_loadavg: load(sources.first('/proc/loadavg')),
    ...(uptime ? { ansible_uptime_seconds: Number(uptime[1]) } : {}),
  };
}

function memory(lines: readonly string[]): { [name: string]: Plain } {
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const match = /^(\w+):\s+(\d{1,15})/.exec(line);
    if (match) sizes.set(match[1]!, Number(match[2]));
  }
  if (!sizes.has('MemTotal')) return {};
  const mb = (name: string) => Math.floor((sizes.get(name) ?? 0) / 1024);
  const kb = (name: string) => sizes.get(name) ?? 0;
  const noCacheFree = kb('MemFree') + kb('Cached') + kb('Buffers');
  return {
    ansible_memtotal_mb: mb('MemTotal'),
    ansible_memfree_mb: mb('MemFree'),
    ansible_swaptotal_mb: mb('SwapTotal'),
    ansible_swapfree_mb: mb('SwapFree'),
    ansible_memory_mb: {
      real: { total: mb('MemTotal'), used: mb('MemTotal') - mb('MemFree'), free: mb('MemFree') },
      nocache: {
        free: Math.floor(noCacheFree / 1024),
        used: Math.floor((kb('MemTotal') - noCacheFree) / 1024),
      },
      swap: {
        total: mb('SwapTotal'),
        free: mb('SwapFree'),
        used: mb('SwapTotal') - mb('SwapFree'),
        cached: mb('SwapCached'),
      },
    },
  };
}

function processors(sources: Sources): { [name: string]: Plain } {
  const list: string[] = [];
  const sockets = new Map<string, number>();
  let count = 0;
  let siblings = 1;
  let cores = 1;
  let socket = '0';
  for (const line of sources.text('cpu').split('\n')) {
    const match = /^([^:]+?)\s*:\s*(.*)$/.exec(line);
    if (!match) continue;
    const [, name, value] = match as unknown as [string, string, string];
    if (name === 'processor') count += 1;
    if (/^(processor|vendor_id|model name|Processor|cpu model|Hardware)$/.test(name))
      list.push(value);
    if (name === 'physical id') socket = value;
    if (name === 'siblings') siblings = integer(value) ?? siblings;
    if (name === 'cpu cores') {
      cores = integer(value) ?? cores;
      sockets.set(socket, cores);
    }
  }
  const socketCount = Math.max(1, sockets.size || count);
  const coresEach = sockets.size > 0 ? Math.max(1, cores) : 1;
  const threads = sockets.size > 0 ? Math.max(1, Math.floor(siblings / coresEach)) : 1;
  return {
    ansible_processor: list,
    ansible_processor_count: socketCount,
    ansible_processor_cores: coresEach,
    ansible_processor_threads_per_core: threads,
    ansible_processor_vcpus: socketCount * coresEach * threads,
    ansible_processor_nproc: integer(sources.text('nproc')) ?? count,
  };
}

const dmiNames = {
  bios_date: 'bios_date',
  bios_vendor: 'bios_vendor',
  bios_version: 'bios_version',
  board_asset_tag: 'board_asset_tag',
  board_name: 'board_name',
  board_serial: 'board_serial',
  board_vendor: 'board_vendor',
  board_version: 'board_version',
  chassis_asset_tag: 'chassis_asset_tag',
  chassis_serial: 'chassis_serial',
  chassis_vendor: 'chassis_vendor',
  chassis_version: 'chassis_version',
  product_name: 'product_name',
  product_serial: 'product_serial',
  product_uuid: 'product_uuid',
  product_version: 'product_version',
  system_vendor: 'sys_vendor',
} as const;

function dmi(sources: Sources): { [name: string]: Plain } {
  const facts: { [name: string]: Plain } = {};
  for (const [fact, file] of Object.entries(dmiNames)) {
    facts[`ansible_${fact}`] = sources.first(`/sys/class/dmi/id/${file}`) ?? 'NA';
  }
  return facts;
}

function mounts(sources: Sources): Plain[] {
  const sizes = new Map<string, readonly number[]>();
  for (const line of sources.text('sizes').split('\n')) {
    const match = /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (.+)$/.exec(line);
    if (match) sizes.set(match[7]!, match.slice(1, 7).map(Number));
  }
  const uuids = diskLinks(sources).uuids;
  const list: Plain[] = [];
  for (const line of sources.lines('/proc/mounts')) {
    const [device, mount, fstype, options] = line.split(' ').map(unescapeOctal);
    if (!device || !mount || !fstype || options === undefined) continue;
    if ((!device.startsWith('/') && !device.includes(':/')) || fstype === 'none') continue;
    const size = sizes.get(mount);
    list.push({
      mount,
      device,
      fstype,
      options,
      uuid: uuids.get(device.replace('/dev/', '')) ?? 'N/A',
      ...(size ? sizeFacts(size) : {}),
    });
  }
  return list;
}

function sizeFacts(size: readonly number[]): { [name: string]: Plain } {
  const [block, total, free, available, inodes, inodesFree] = size as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    size_total: block * total,
    size_available: block * available,
    block_size: block,
    block_total: total,
    block_available: available,
    block_used: total - free,
    inode_total: inodes,
    inode_available: inodesFree,
    inode_used: inodes - inodesFree,
  };
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function load(line: string | undefined): Plain {
  const [one, five, fifteen] = (line ?? '').split(' ').map(Number);
  if (![one, five, fifteen].every(Number.isFinite)) return {};
  return { '1m': one!, '5m': five!, '15m': fifteen! };
}
