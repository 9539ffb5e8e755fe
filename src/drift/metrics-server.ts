import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from './listen.ts';

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` and `/healthz`, to be read only. `/healthz` answers 200 while the watcher runs and
 * its last check went well, else 503.
 */
export async function serveMetrics(
  { host, port }: ListenAddress,
  read: { metrics(): string; isHealthy(): boolean },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string) => {
      response.writeHead(status, { 'content-type': type });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(405, 'text/plain', 'only GET\n');
    } else if (path === '/metrics') {
      answer(200, 'text/plain; version=0.0.4; charset=utf-8', read.metrics());
    } else if (path === '/healthz') {
      const healthy = read.isHealthy();
      answer(healthy ? 200 : 503, 'text/plain', healthy ? 'ok\n' : 'the last check failed\n');
    } else answer(404, 'text/plain', '/metrics or /healthz\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
