import type { Plain } from '../values.ts';
import {
  addressesFromKernel,
  type HostAddress,
  ipv6Text,
  readAddresses,
} from './facts-addresses.ts';
import { integer, type Sources } from './facts-sources.ts';

/** The subset `network`: interfaces, addresses and default routes. */
export function networkFacts(sources: Sources): { [name: string]: Plain } {
  const shown = sources.text('addresses');
  const addresses = shown ? readAddresses(shown) : addressesFromKernel(sources);
  const names = [
    ...new Set([
      ...sources.text('interfaces').split(' ').filter(Boolean),
      ...addresses.map((address) => address.device),
    ]),
  ];
  const facts: { [name: string]: Plain } = Object.create(null);
  facts.ansible_interfaces = names;
  facts.ansible_all_ipv4_addresses = addresses
    .filter((one) => one.family === 4 && !one.address.startsWith('127.'))
    .map((one) => one.address);
  facts.ansible_all_ipv6_addresses = addresses
    .filter((one) => one.family === 6 && one.address !== '::1')
    .map((one) => one.address);
  for (const name of names) {
    facts[`ansible_${name.replace(/[-:.]/g, '_')}`] = interfaceFacts(sources, name, addresses);
  }
  facts.ansible_default_ipv4 = defaultRoute4(sources, addresses);
  facts.ansible_default_ipv6 = defaultRoute6(sources, addresses);
  return facts;
}

function interfaceFacts(sources: Sources, name: string, all: readonly HostAddress[]): Plain {
  const read = (file: string) => sources.first(`/sys/class/net/${name}/${file}`);
  const own = all.filter((address) => address.device === name);
  const four = own.filter((address) => address.family === 4);
  const six = own.filter((address) => address.family === 6);
  const facts: { [name: string]: Plain } = {
    device: name,
    active: read('operstate') !== undefined && read('operstate') !== 'down',
    promisc: (Number.parseInt(read('flags') ?? '0', 16) & 0x100) !== 0,
    type: interfaceType(sources, name),
  };
  const hardware = read('address');
  if (hardware && hardware !== '00:00:00:00:00:00') facts.macaddress = hardware;
  const mtu = integer(read('mtu'));
  if (mtu !== undefined) facts.mtu = mtu;
  const speed = integer(read('speed'));
  if (speed !== undefined) facts.speed = speed;
  if (four.length > 0) facts.ipv4 = shown4(four[0]!);
  if (four.length > 1) facts.ipv4_secondaries = four.slice(1).map(shown4);
  if (six.length > 0) {
    facts.ipv6 = six.map((one) => ({
      address: one.address,
      prefix: String(one.prefix),
      scope: one.scope,
    }));
  }
  if (facts.type === 'bridge') {
    facts.id = read('bridge/bridge_id') ?? '';
    facts.stp = read('bridge/stp_state') === '1';
    facts.interfaces = [];
  }
  const slaves = read('bonding/slaves');
  if (facts.type === 'bonding') {
    facts.mode = read('bonding/mode')?.split(' ')[0] ?? '';
    facts.slaves = slaves ? slaves.split(' ') : [];
  }
  return facts;
}

function interfaceType(sources: Sources, name: string): string {
  if (sources.first(`/sys/class/net/${name}/bridge/bridge_id`) !== undefined) return 'bridge';
  if (sources.first(`/sys/class/net/${name}/bonding/mode`) !== undefined) return 'bonding';
  const type = sources.first(`/sys/class/net/${name}/type`);
  if (type === '772') return 'loopback';
  if (type === '512') return 'ppp';
  if (type === '768' || type === '776' || type === '778') return 'tunnel';
  if (type === '32') return 'infiniband';
  return type === '1' ? 'ether' : 'unknown';
}

function shown4(address: HostAddress): { [key: string]: Plain } {
  const mask = address.prefix === 0 ? 0 : (0xffffffff << (32 - address.prefix)) >>> 0;
  return {
    address: address.address,
    broadcast: address.broadcast ?? '',
    netmask: dotted(mask),
    network: dotted((bits(address.address) & mask) >>> 0),
    prefix: String(address.prefix),
  };
}

function defaultRoute4(sources: Sources, addresses: readonly HostAddress[]): Plain {
  const routes = sources
    .lines('/proc/net/route')
    .map((line) => line.trim().split(/\s+/))
    .filter((field) => field[1] === '00000000' && field[7] === '00000000')
    .filter((field) => /^[0-9A-F]{8}$/i.test(field[2] ?? ''))
    .sort((a, b) => (integer(a[6]) ?? 0) - (integer(b[6]) ?? 0));
  const route = routes[0];
  if (!route) return {};
  const device = route[0]!;
  const gateway = dotted(swapBytes(Number.parseInt(route[2]!, 16)));
  const own = addresses.find((one) => one.family === 4 && one.device === device);
  return {
    gateway,
    interface: device,
    ...(own ? { ...shown4(own), alias: device } : {}),
    ...linkFacts(sources, device),
  };
}

function defaultRoute6(sources: Sources, addresses: readonly HostAddress[]): Plain {
  const routes = sources
    .lines('/proc/net/ipv6_route')
    .map((line) => line.trim().split(/\s+/))
    .filter((field) => /^0{32}$/.test(field[0] ?? '') && field[1] === '00')
    .filter((field) => field[9] !== undefined && field[9] !== 'lo')
    .sort((a, b) => Number.parseInt(a[5] ?? '0', 16) - Number.parseInt(b[5] ?? '0', 16));
  const route = routes[0];
  if (!route) return {};
  const device = route[9]!;
  const own =
    addresses.find((one) => one.family === 6 && one.device === device && one.scope === 'global') ??
    addresses.find((one) => one.family === 6 && one.device === device);
  const gateway = ipv6Text(route[4] ?? '');
  return {
    interface: device,
    ...(gateway && gateway !== '::' ? { gateway } : {}),
    ...(own ? { address: own.address, prefix: String(own.prefix), scope: own.scope } : {}),
    ...linkFacts(sources, device),
  };
}

function linkFacts(sources: Sources, device: string): { [key: string]: Plain } {
  const hardware = sources.first(`/sys/class/net/${device}/address`);
  const mtu = integer(sources.first(`/sys/class/net/${device}/mtu`));
  return {
    ...(hardware ? { macaddress: hardware } : {}),
    ...(mtu === undefined ? {} : { mtu }),
    type: interfaceType(sources, device),
  };
}

function bits(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | (Number(part) & 255)) >>> 0, 0);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** /proc/net/route has addresses in the host's byte order, which is little-endian where this runs. */
function swapBytes(value: number): number {
  return (
    (((value & 255) << 24) |
      ((value & 0xff00) << 8) |
      ((value >>> 8) & 0xff00) |
      ((value >>> 24) & 255)) >>>
    0
  );
}
