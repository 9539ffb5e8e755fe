import type { Value } from '../../values.ts';
import { exactInteger } from '../python/arithmetic.ts';
import { Fault } from '../python/faults.ts';
import { isInteger } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import {
  type Address,
  broadcastOf,
  formatAddress,
  isWithin,
  maskOf,
  networkOf,
  parseAddress,
} from './addresses.ts';
import { filter } from './define.ts';

const family = (summary: string, version: 4 | 6 | undefined): Definition =>
  filter(summary, 'query? version? alias?', (value, [query, wanted]) => {
    const asked = version ?? (wanted === 4 || wanted === 6 ? wanted : undefined);
    return runQuery(value, query ?? '', asked);
  });

/** Filters that work on IP addresses. */
export const networkFilters: Record<string, Definition> = {
  ipaddr: family('The address when it is one, else False; with a query a part of it.', undefined),
  ipv4: family('As ipaddr, for IPv4 only.', 4),
  ipv6: family('As ipaddr, for IPv6 only.', 6),
  ipwrap: filter('IPv6 addresses in brackets, anything else as it is.', '', (value) =>
    wrapAll(value),
  ),
  ipsubnet: filter(
    'The network; with a prefix the number of subnets of that size; with an index one of them.',
    'query? index?',
    (value, [query, index]) => subnet(value, query, index),
  ),
  nthhost: filter('The nth address of a network.', 'query', (value, [query]) => {
    const address = parseAddress(text(value));
    return address ? (nth(address, Number(text(query!))) ?? false) : false;
  }),
};

type Query = (address: Address) => Value;

const plain = ({ value, bits }: Address) => formatAddress(value, bits);
const withPrefix = (value: bigint, address: Address) =>
  `${formatAddress(value, address.bits)}/${address.prefix}`;
const isNetwork = (address: Address) =>
  address.prefix < address.bits && networkOf(address) === address.value;
const sizeOf = ({ bits, prefix }: Address) => 1n << BigInt(bits - prefix);
const within = (address: Address, ...networks: string[]) =>
  networks.some((network) =>
    isWithin({ ...address, prefix: address.bits }, parseAddress(network)!),
  );
const isPrivate = (address: Address) =>
  within(
    address,
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    'fc00::/7',
    'fe80::/10',
    '127.0.0.0/8',
    '::1/128',
    '169.254.0.0/16',
  );
const isMulticast = (address: Address) => within(address, '224.0.0.0/4', 'ff00::/8');
const kept = (address: Address): Value =>
  address.hasPrefix ? withPrefix(address.value, address) : plain(address);
const usableFirst = (address: Address) =>
  networkOf(address) + (address.bits - address.prefix > 1 ? 1n : 0n);
const usableLast = (address: Address) =>
  broadcastOf(address) - (address.bits === 32 && address.prefix < 31 ? 1n : 0n);

const queries: Record<string, Query> = {
  '': kept,
  address: (address) => (isNetwork(address) ? null : plain(address)),
  ip: (address) => (isNetwork(address) ? null : plain(address)),
  host: (address) =>
    isNetwork(address) && address.hasPrefix ? false : withPrefix(address.value, address),
  'host/prefix': (address) => (isNetwork(address) ? false : withPrefix(address.value, address)),
  hostnet: (address) => withPrefix(address.value, address),
  router: (address) => (isNetwork(address) ? false : withPrefix(address.value, address)),
  'address/prefix': (address) => (isNetwork(address) ? false : withPrefix(address.value, address)),
  net: (address) => (isNetwork(address) ? withPrefix(address.value, address) : false),
  network: (address) => formatAddress(networkOf(address), address.bits),
  network_id: (address) => formatAddress(networkOf(address), address.bits),
  'network/prefix': (address) => withPrefix(networkOf(address), address),
  subnet: (address) => withPrefix(networkOf(address), address),
  cidr: (address) => withPrefix(address.value, address),
  netmask: ({ prefix, bits }) => formatAddress(maskOf(prefix, bits), bits),
  hostmask: ({ prefix, bits }) =>
    formatAddress(maskOf(prefix, bits) ^ ((1n << BigInt(bits)) - 1n), bits),
  wildcard: ({ prefix, bits }) =>
    formatAddress(maskOf(prefix, bits) ^ ((1n << BigInt(bits)) - 1n), bits),
  network_netmask: (address) =>
    `${formatAddress(networkOf(address), address.bits)} ${formatAddress(maskOf(address.prefix, address.bits), address.bits)}`,
  prefix: ({ prefix }) => prefix,
  broadcast: (address) =>
    address.prefix > address.bits - 2 ? '' : formatAddress(broadcastOf(address), address.bits),
  first_usable: (address) =>
    address.prefix === address.bits ? '' : formatAddress(usableFirst(address), address.bits),
  last_usable: (address) =>
    address.prefix === address.bits ? '' : formatAddress(usableLast(address), address.bits),
  range_usable: (address) =>
    address.prefix === address.bits
      ? ''
      : `${formatAddress(usableFirst(address), address.bits)}-${formatAddress(usableLast(address), address.bits)}`,
  size: (address) => exactInteger(sizeOf(address)),
  size_usable: (address) => exactInteger(usableLast(address) - usableFirst(address) + 1n),
  int: ({ value }) => exactInteger(value),
  version: ({ bits }) => (bits === 32 ? 4 : 6),
  type: (address) => (isNetwork(address) ? 'network' : 'address'),
  revdns: reverseName,
  private: (address) => isPrivate(address) && kept(address),
  public: (address) =>
    !isPrivate(address) &&
    !isMulticast(address) &&
    !within(address, '0.0.0.0/8', '240.0.0.0/4', '::/128') &&
    kept(address),
  unicast: (address) => !isMulticast(address) && kept(address),
  multicast: (address) => isMulticast(address) && kept(address),
  loopback: (address) => within(address, '127.0.0.0/8', '::1/128') && kept(address),
  'link-local': (address) => within(address, '169.254.0.0/16', 'fe80::/10') && kept(address),
  '4': (address) => address.bits === 32 && kept(address),
  ipv4: (address) => address.bits === 32 && kept(address),
  '6': (address) => address.bits === 128 && kept(address),
  ipv6: (address) => address.bits === 128 && kept(address),
};

function runQuery(value: Value, query: Value, version: 4 | 6 | undefined): Value {
  if (Array.isArray(value)) {
    return value
      .map((item) => runQuery(item, query, version))
      .filter((found) => found !== false && found !== '' && found !== null);
  }
  if (typeof value === 'boolean' || value === null || value === '') return false;
  const address = isInteger(value) ? integerAddress(value) : parseAddress(text(value));
  if (!address) return false;
  if (version && address.bits !== (version === 4 ? 32 : 128)) return false;
  const name = text(query);
  if (/^-?\d+$/.test(name) && name !== '4' && name !== '6')
    return nthWithPrefix(address, Number(name));
  const run = queries[name];
  if (run) return run(address);
  const network = parseAddress(name);
  if (!network)
    throw new Fault(
      `'${name}' is no query that ipaddr knows; there are ${Object.keys(queries).filter(Boolean).join(', ')}`,
    );
  return isWithin({ ...address, prefix: address.bits }, network) && kept(address);
}

function integerAddress(value: number): Address | undefined {
  if (value < 0) return undefined;
  const bits = value < 2 ** 32 ? 32 : 128;
  return { value: BigInt(value), prefix: bits, bits, hasPrefix: false };
}

function nth(address: Address, index: number): string | undefined {
  const size = sizeOf(address);
  const offset = index < 0 ? size + BigInt(index) : BigInt(index);
  return offset >= 0n && offset < size
    ? formatAddress(networkOf(address) + offset, address.bits)
    : undefined;
}

function nthWithPrefix(address: Address, index: number): Value {
  const found = nth(address, index);
  return found === undefined ? false : `${found}/${address.prefix}`;
}

function subnet(value: Value, query: Value | undefined, index: Value | undefined): Value {
  const address = parseAddress(text(value));
  if (!address) return false;
  const asked = asText(query);
  if (asked === '') return withPrefix(networkOf(address), address);
  if (!/^\d+$/.test(asked)) {
    const outer = parseAddress(asked);
    return outer ? isWithin(address, outer) && withPrefix(networkOf(address), address) : false;
  }
  const prefix = Number(asked);
  if (prefix > address.bits) return false;
  const size = 1n << BigInt(address.bits - prefix);
  if (prefix < address.prefix) {
    const outer = { ...address, prefix };
    return index === undefined ? false : withPrefix(networkOf(outer), outer);
  }
  const count = 1n << BigInt(prefix - address.prefix);
  if (index === undefined) return text(exactInteger(count));
  const at = BigInt(text(index));
  const start = networkOf(address) + (at < 0n ? count + at : at) * size;
  return at >= count || at < -count ? false : `${formatAddress(start, address.bits)}/${prefix}`;
}

function wrapAll(value: Value): Value {
  if (Array.isArray(value)) return value.map(wrapAll);
  const address = typeof value === 'string' ? parseAddress(value) : undefined;
  if (!address || address.bits === 32) return value;
  return address.hasPrefix ? `[${plain(address)}]/${address.prefix}` : `[${plain(address)}]`;
}

function reverseName({ value, bits }: Address): string {
  if (bits === 32)
    return `${formatAddress(value, 32).split('.').reverse().join('.')}.in-addr.arpa.`;
  return `${[...value.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa.`;
}
