import type { Plain } from '../values.ts';
import { integer, type Sources } from './facts-sources.ts';

/** ansible_devices and ansible_device_links from /sys/block and /dev/disk. */
export function deviceFacts(sources: Sources): { [name: string]: Plain } {
  const links = diskLinks(sources);
  const physical = new Set(sources.text('physical').split(' '));
  const devices: { [name: string]: Plain } = Object.create(null);
  for (const name of sources.text('blocks').split(' ').filter(Boolean)) {
    const read = (file: string) => sources.first(`/sys/block/${name}/${file}`);
    const sectors = integer(read('size')) ?? 0;
    devices[name] = {
      virtual: physical.has(name) ? 0 : 1,
      links: linksOf(links, name),
      vendor: read('device/vendor') ?? null,
      model: read('device/model') ?? null,
      removable: read('removable') ?? '0',
      rotational: read('queue/rotational') ?? '0',
      scheduler_mode: /\[(\w[\w-]*)\]/.exec(read('queue/scheduler') ?? '')?.[1] ?? '',
      sectors: String(sectors),
      sectorsize: read('queue/hw_sector_size') ?? '512',
      size: sizeText(sectors * 512),
      support_discard: read('queue/discard_granularity') ?? '0',
      holders: [],
      host: '',
      partitions: partitions(sources, name, links),
    };
  }
  return {
    ansible_devices: devices,
    ansible_device_links: {
      ids: listed(links.ids),
      labels: listed(links.labels),
      uuids: listed(links.uuids),
      masters: {},
    },
  };
}

interface DiskLinks {
  readonly uuids: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly ids: ReadonlyMap<string, string>;
}

/** From `ls -l` of the folders of /dev/disk: device name → name of the link. */
export function diskLinks(sources: Sources): DiskLinks {
  const links = {
    uuids: new Map<string, string>(),
    labels: new Map<string, string>(),
    ids: new Map<string, string>(),
  };
  let current: Map<string, string> | undefined;
  for (const line of sources.text('disks').split('\n')) {
    if (line.startsWith('/dev/disk/by-uuid:')) current = links.uuids;
    else if (line.startsWith('/dev/disk/by-label:')) current = links.labels;
    else if (line.startsWith('/dev/disk/by-id:')) current = links.ids;
    const link = /(\S+) -> \S*?([^/\s]+)$/.exec(line);
    if (link && current && !current.has(link[2]!)) current.set(link[2]!, link[1]!);
  }
  return links;
}

function partitions(sources: Sources, disk: string, links: DiskLinks): Plain {
  const found: { [name: string]: Plain } = Object.create(null);
  const prefix = `/sys/block/${disk}/`;
  const starts = sources
    .paths(/^\/sys\/block\/[^/]+\/[^/]+\/start$/)
    .filter((path) => path.startsWith(prefix));
  for (const path of starts) {
    const name = path.slice(prefix.length, -'/start'.length);
    const sectors = integer(sources.first(`${prefix}${name}/size`)) ?? 0;
    found[name] = {
      start: sources.first(path) ?? '0',
      sectors: String(sectors),
      sectorsize: 512,
      size: sizeText(sectors * 512),
      uuid: links.uuids.get(name) ?? null,
      links: linksOf(links, name),
      holders: [],
    };
  }
  return found;
}

function linksOf(links: DiskLinks, name: string): Plain {
  const one = (map: ReadonlyMap<string, string>) => (map.has(name) ? [map.get(name)!] : []);
  return { ids: one(links.ids), labels: one(links.labels), uuids: one(links.uuids), masters: [] };
}

function listed(map: ReadonlyMap<string, string>): Plain {
  const object: { [name: string]: Plain } = Object.create(null);
  for (const [device, link] of map) object[device] = [link];
  return object;
}

/** `256.00 GB`, `0.00 Bytes`. */
function sizeText(bytes: number): string {
  const units: readonly [number, string][] = [
    [2 ** 50, 'PB'],
    [2 ** 40, 'TB'],
    [2 ** 30, 'GB'],
    [2 ** 20, 'MB'],
    [2 ** 10, 'KB'],
  ];
  const unit = units.find(([size]) => bytes >= size);
  return unit ? `${(bytes / unit[0]).toFixed(2)} ${unit[1]}` : `${bytes.toFixed(2)} Bytes`;
}
