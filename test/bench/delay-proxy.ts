import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Ports on this machine behind which hosts are farther away. */
export interface DelayProxy {
  /** In the order of the addresses. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

const server = fileURLToPath(new URL('delay-server.ts', import.meta.url));

/** Starts, in a process of its own, a proxy to port 22 of each address that adds `rtt` milliseconds. */
export async function startDelayProxy(
  addresses: readonly string[],
  rtt: number,
): Promise<DelayProxy> {
  const child = spawn(process.execPath, [server, String(rtt), ...addresses], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout!), 'line');
  return { ports: JSON.parse(line), close: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
