import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import type { Connection, HttpAnswer, Observation } from '../site/trace/observation.ts';

export interface TraceRequest {
  readonly url: URL;
  readonly method: string;
  readonly timeoutMs: number;
  /** `performance.now()` when the trace began, with the question for the name. */
  readonly begun: number;
}

type Exchange = Pick<Observation, 'connections' | 'tlsMs' | 'answer' | 'failure'>;

/** Sends one request to the first address that takes a connection, and measures. Never rejects. */
export async function exchangeWith(
  addresses: readonly string[],
  request: TraceRequest,
): Promise<Exchange> {
  const failed: Connection[] = [];
  for (const [index, address] of addresses.entries()) {
    const exchange = await exchangeOnce(address, request);
    const connections = [...failed, ...exchange.connections];
    const isConnected = exchange.connections.at(-1)?.code === undefined;
    if (isConnected || index === addresses.length - 1) return { ...exchange, connections };
    failed.push(...exchange.connections);
  }
  return { connections: failed };
}

function exchangeOnce(
  address: string,
  { url, method, timeoutMs, begun }: TraceRequest,
): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  const start = performance.now();
  const since = (from = start) => performance.now() - from;
  let connectMs: number | undefined;
  let tlsMs: number | undefined;
  const connect = (): net.Socket => {
    const place = { host: address, port: portOf(url) };
    const begin = performance.now();
    const plain = net.connect(place, () => {
      connectMs = since(begin);
    });
    if (url.protocol !== 'https:') return plain;
    return tls.connect({ socket: plain, servername: hostOf(url) }, () => {
      tlsMs = since(begin) - connectMs!;
    });
  };
  const sent = (url.protocol === 'https:' ? https : http).request({
    path: url.pathname + url.search,
    method,
    signal: AbortSignal.timeout(timeoutMs),
    createConnection: connect,
    headers: { Host: url.host, 'User-Agent': 'rolecall-trace', Accept: '*/*' },
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    const code =
      error.name === 'AbortError' || error.name === 'TimeoutError'
        ? 'ETIMEDOUT'
        : (error.code ?? error.message);
    if (connectMs === undefined) resolve({ connections: [{ address, ms: since(), code }] });
    else resolve({ connections: [{ address, ms: connectMs }], failure: reasonOf(code, timeoutMs) });
  });
  sent.on('response', (response) => {
    const firstByteMs = since();
    readBody(response).then(
      (body) => {
        const answer = answerOf(response, body, {
          firstByteMs,
          totalMs: performance.now() - begun,
        });
        const connections = [{ address, ms: connectMs! }];
        resolve({ connections, answer, ...(tlsMs !== undefined && { tlsMs }) });
      },
      (error: NodeJS.ErrnoException) =>
        resolve({
          connections: [{ address, ms: connectMs! }],
          failure: `the answer broke off (${error.code ?? error.name})`,
        }),
    );
  });
  sent.end();
  return promise;
}

/** The host as a name or an address without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

async function readBody(response: http.IncomingMessage): Promise<{ bytes: number; head: Buffer }> {
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes < excerptBytes) head.push(chunk);
    bytes += chunk.length;
  }
  return { bytes, head: Buffer.concat(head) };
}

const excerptBytes = 400;

function answerOf(
  response: http.IncomingMessage,
  { bytes, head }: { bytes: number; head: Buffer },
  times: Pick<HttpAnswer, 'firstByteMs' | 'totalMs'>,
): HttpAnswer {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const isText = /json|text\/plain/.test(headers['content-type'] ?? '');
  const excerpt = head.toString('utf8').slice(0, 160).replace(/\s+/g, ' ').trim();
  return {
    status: response.statusCode!,
    headers,
    ...times,
    bytes,
    ...(isText && excerpt !== '' && { excerpt }),
  };
}

function reasonOf(code: string, timeoutMs: number): string {
  return code === 'ETIMEDOUT' ? `nothing for ${timeoutMs / 1000} s` : code;
}
