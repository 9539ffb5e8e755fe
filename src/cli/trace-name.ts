import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { NameAnswer, NameServer } from '../site/trace/observation.ts';

/** A name server to ask: `192.0.2.10`, `127.0.0.1:5353`, `[::1]:53`. */
export interface NameServerAddress {
  readonly address: string;
  readonly host?: string;
}

/** Asks one name server for the addresses of a name, or the system's resolver where none is given. */
export async function askForName(
  name: string,
  server: NameServerAddress | undefined,
  timeoutMs: number,
): Promise<NameAnswer> {
  if (isIP(name) !== 0) return { kind: 'given', by: 'url', address: name };
  const asked: NameServer = server ? { kind: 'server', ...server } : { kind: 'system' };
  let start = performance.now();
  try {
    const resolver = server && (await resolverOf(server.address, timeoutMs));
    start = performance.now();
    const answer = resolver
      ? await askServer(name, resolver)
      : { addresses: (await lookup(name, { all: true })).map(({ address }) => address) };
    return { kind: 'answered', server: asked, ...answer, ms: performance.now() - start };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { kind: 'failed', server: asked, code, ms: performance.now() - start };
  }
}

/** IPv4 first, as most lab and office networks are; IPv6 where there is nothing else. */
async function askServer(name: string, resolver: Resolver) {
  const records = await resolver
    .resolve4(name, { ttl: true })
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENODATA') throw error;
      return resolver.resolve6(name, { ttl: true });
    });
  return {
    addresses: records.map(({ address }) => address),
    ttl: Math.min(...records.map(({ ttl }) => ttl)),
  };
}

/** Of a name server that is known by its name only, the resolver of the system tells the address. */
async function resolverOf(server: string, timeoutMs: number): Promise<Resolver> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  const isName = isIP(server) === 0 && !server.includes(':');
  const isPlain = isName && !/^[\d.]+$/.test(server);
  const address = isPlain ? (await lookup(server)).address : server;
  resolver.setServers([isIP(address) === 6 ? `[${address}]` : address]);
  return resolver;
}
