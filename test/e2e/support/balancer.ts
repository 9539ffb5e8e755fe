import type { Infrastructure } from './infrastructure.ts';

/** Asks HAProxy on its admin socket. */
export function askBalancer(site: Infrastructure, host: string, command: string): Promise<string> {
  return site.sh(
    host,
    `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => "/run/haproxy/admin.sock"); print $s "$ARGV[0]\\n"; print while <$s>' '${command}'`,
  );
}

/** Status and open sessions of each server of the backend `web`: `{ web1: { status: 'UP', sessions: 0 } }`. */
export async function serversOf(
  site: Infrastructure,
  host = site.group('load_balancers')[0]!,
): Promise<Record<string, { status: string; sessions: number }>> {
  const lines = (await askBalancer(site, host, 'show stat')).split('\n');
  const cells = lines.map((line) => line.split(','));
  return Object.fromEntries(
    cells
      .filter(([proxy, name]) => proxy === 'web' && name !== 'BACKEND')
      .map((cell) => [cell[1]!, { status: cell[17]!, sessions: Number(cell[4]) }]),
  );
}
