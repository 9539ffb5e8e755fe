import { integer, type Sources } from './facts-sources.ts';

export interface HostAddress {
  readonly device: string;
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  readonly scope: string;
  readonly broadcast?: string;
}

/** Reads `ip -o addr show` of iproute2 and of busybox; lines it does not know are left out. */
export function readAddresses(text: string): HostAddress[] {
  const found: HostAddress[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const family = words[2] === 'inet' ? 4 : words[2] === 'inet6' ? 6 : undefined;
    const device = words[1]?.split('@')[0];
    if (!family || !device || !words[3]) continue;
    const after = (name: string) => {
      const at = words.indexOf(name);
      return at < 0 ? undefined : words[at + 1];
    };
    const [local, length] = (
      after('peer') ? `${words[3].split('/')[0]}/${after('peer')!.split('/')[1] ?? 32}` : words[3]
    ).split('/');
    const prefix = integer(length) ?? (family === 4 ? 32 : 128);
    if (!local || prefix < 0 || prefix > (family === 4 ? 32 : 128)) continue;
    const broadcast = after('brd');
    found.push({
      device,
      family,
      address: local,
      prefix,
      scope: after('scope') ?? 'global',
      ...(broadcast ? { broadcast } : {}),
    });
  }
  return found;
}

/** The same from /proc, for hosts without `ip`: local addresses matched to the routes of their networks. */
export function addressesFromKernel(sources: Sources): HostAddress[] {
  return [...fourFromKernel(sources), ...sixFromKernel(sources)];
}

function fourFromKernel(sources: Sources): HostAddress[] {
  const routes = sources
    .lines('/proc/net/route')
    .map((line) => line.trim().split(/\s+/))
    .filter((field) => field[2] === '00000000' && /^[0-9A-F]{8}$/i.test(field[7] ?? ''))
    .map((field) => ({
      device: field[0]!,
      network: Number.parseInt(field[1]!, 16) >>> 0,
      mask: Number.parseInt(field[7]!, 16) >>> 0,
    }));
  const found: HostAddress[] = [];
  for (const address of localAddresses(sources.lines('/proc/net/fib_trie'))) {
    const value = littleEndian(address);
    const route = routes.find((one) => (value & one.mask) >>> 0 === one.network && one.mask !== 0);
    if (address.startsWith('127.')) {
      found.push({ device: 'lo', family: 4, address, prefix: 8, scope: 'host' });
    } else if (route) {
      const prefix = route.mask.toString(2).replaceAll('0', '').length;
      found.push({ device: route.device, family: 4, address, prefix, scope: 'global' });
    }
  }
  return found;
}

/** `|-- 10.0.0.2` followed by `/32 host LOCAL`. */
function localAddresses(lines: readonly string[]): string[] {
  const found = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const address = /\|-- (\d{1,3}(?:\.\d{1,3}){3})\s*$/.exec(line);
    if (address && /\/32 host LOCAL/.test(lines[index + 1] ?? '')) found.add(address[1]!);
  }
  return [...found];
}

function littleEndian(address: string): number {
  return address
    .split('.')
    .reduceRight((sum, part) => ((sum << 8) | (Number(part) & 255)) >>> 0, 0);
}

const scopes: Readonly<Record<string, string>> = {
  '00': 'global',
  '10': 'host',
  '20': 'link',
  '40': 'site',
};

function sixFromKernel(sources: Sources): HostAddress[] {
  const found: HostAddress[] = [];
  for (const line of sources.lines('/proc/net/if_inet6')) {
    const [hex, , prefix, scope, , device] = line.trim().split(/\s+/);
    const address = ipv6Text(hex ?? '');
    if (!address || !device) continue;
    found.push({
      device,
      family: 6,
      address,
      prefix: Number.parseInt(prefix ?? '80', 16),
      scope: scopes[scope ?? ''] ?? 'unknown',
    });
  }
  return found;
}

/** 32 hex digits as the shortest address text; empty when it is something else. */
export function ipv6Text(hex: string): string {
  if (!/^[0-9a-f]{32}$/i.test(hex)) return '';
  const groups = hex.match(/.{4}/g)!.map((group) => Number.parseInt(group, 16).toString(16));
  let longest = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === '0') length++;
    if (length > longest.length) longest = { start, length };
  }
  if (longest.start < 0) return groups.join(':');
  const head = groups.slice(0, longest.start).join(':');
  const tail = groups.slice(longest.start + longest.length).join(':');
  return `${head}::${tail}`;
}
