import { type IncomingHttpHeaders, request as send } from 'node:http';
import type { Infrastructure } from './infrastructure.ts';

/** An answer of the sample application, and who took part in it. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly balancer: string | null;
  readonly web: string | null;
  readonly app: string | null;
  readonly db: string | null;
  readonly release: string | null;
}

/** A client of the site, by way of its balancer. */
export function clientOf(site: Infrastructure) {
  const balancer = site.host(site.group('load_balancers')[0]!).address;
  const url = (path: string) => `http://${balancer}${path}`;
  async function ask(path: string, method = 'GET', body?: unknown): Promise<Answer> {
    const { status, headers, text } = await request(balancer, path, method, body);
    const header = (name: string) => (headers[name] as string | undefined) ?? null;
    return {
      status,
      body: header('content-type')?.includes('json') ? JSON.parse(text) : text,
      balancer: header('x-served-by-balancer'),
      web: header('x-served-by-web'),
      app: header('x-served-by-app'),
      db: header('x-served-by-db'),
      release: header('x-release'),
    };
  }
  return {
    url,
    get: (path: string) => ask(path),
    write: (text: string) => ask('/api/notes', 'POST', { text }),
    /** A note is written on the primary and read back: the whole chain. */
    async works(): Promise<boolean> {
      const written = await this.write(`written at ${Date.now()}`);
      if (written.status !== 201) return false;
      const read = await this.get('/api/notes');
      return read.status === 200 && read.db !== null;
    },
  };
}

export type Client = ReturnType<typeof clientOf>;

interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** fetch would not let the name of the site be given. */
function request(host: string, path: string, method: string, body: unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'www.foobar.com',
      connection: 'close',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(10_000);
    const sent = send({ host, path, method, headers, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
