import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../../src/lab/commands.ts';
import type { Lab } from '../../../src/lab/contract.ts';
import { nftTableName } from '../../../src/lab/paths.ts';

/**
 * Drops packets between this machine and a host; `percent` 100 is a partition. Returns what undoes it.
 * The rules are in the lab's own table, so `down` removes them too, and so does the next `up`.
 *
 * @example const heal = await losePackets(lab.lab, 'web1', 30); … await heal();
 */
export async function losePackets(
  lab: Lab,
  hostName: string,
  percent: number,
  direction: 'both' | 'to host' | 'from host' = 'both',
): Promise<() => Promise<void>> {
  const host = lab.hosts.find((candidate) => candidate.name === hostName)!;
  const table = nftTableName(lab.name);
  const chain = (hook: string): string => `faults_${hook}_${host.address.replaceAll('.', '_')}`;
  const drop = percent >= 100 ? 'drop' : `numgen random mod 100 < ${percent} drop`;
  const rules = [
    { hook: 'output', match: `ip daddr ${host.address}`, wanted: direction !== 'from host' },
    { hook: 'input', match: `ip saddr ${host.address}`, wanted: direction !== 'to host' },
  ].filter((rule) => rule.wanted);
  const text = rules.map(
    ({ hook, match }) =>
      `table inet ${table} {
  chain ${chain(hook)} {
    type filter hook ${hook} priority -10
    ${match} ${drop}
  }
}`,
  );
  await run({ input: `${text.join('\n')}\n` })`nft -f -`;
  return async () => {
    for (const { hook } of rules) await run`nft delete chain inet ${table} ${chain(hook)}`;
  };
}

export interface Detour {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** From now on nothing passes in either direction, while connections stay open. */
  silence(): void;
  /** Resets every connection. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * A port on this machine that leads to `port` of a host with a longer way: every byte arrives
 * `delay` milliseconds later, each way (this kernel has no netem).
 */
export async function detour(address: string, port: number, delay: number): Promise<Detour> {
  let silent = false;
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('close', () => sockets.delete(from));
    from.on('error', () => to.destroy());
    // Timers of equal length fire in the order they were set, so bytes stay in order.
    from.on('data', async (chunk: Buffer) => {
      await sleep(delay);
      if (!silent) to.write(chunk);
    });
    from.on('end', async () => {
      await sleep(delay);
      if (!silent) to.end();
    });
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: address, port, allowHalfOpen: true });
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    silence() {
      silent = true;
    },
    reset() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
