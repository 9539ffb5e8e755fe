import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answering {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** A server of this machine that gives these statuses in turn, the last one for good; 0 is no answer at all. */
export async function answering(...statuses: number[]): Promise<Answering> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).map(String).join('');
    const { method = '', url: path = '', headers } = request;
    asked.push({ method, path, headers, body });
    const status = statuses.length > 1 ? statuses.shift()! : statuses[0]!;
    if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
