import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exchangeWith } from './trace-request.ts';

/**
 * Sends requests to a server in this process: the first ones cost this program tens of milliseconds,
 * which would be taken for the network's. Without loopback it is left out.
 */
export async function warmUp(): Promise<void> {
  const server = createServer((_, response) => response.end('{}'));
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}/`);
    for (let left = rounds; left > 0; left--) {
      const begun = performance.now();
      await exchangeWith(['127.0.0.1'], { url, method: 'GET', timeoutMs: 1000, begun });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== 'listen') throw error;
  } finally {
    server.close();
  }
}

/** After these many, times no longer fall. */
const rounds = 4;
