import type { ServerResponse } from 'node:http';
import type { Answer, Exchange, ServedBy } from './exchange.ts';

export interface Identity {
  readonly appServer: string;
  readonly releaseId: string;
}

/** Sends the answer with the headers that every response has. `start`: `performance.now()`. */
export function respond(
  response: ServerResponse,
  exchange: Pick<Exchange, 'request' | 'database'>,
  answer: Answer,
  { appServer, releaseId }: Identity,
  start: number,
): void {
  const servedBy = servedByOf(exchange, { appServer, releaseId });
  const { body } = answer;
  const html = typeof body === 'function';
  const text = html ? body(servedBy) : `${JSON.stringify({ ...body, served_by: servedBy })}\n`;
  const headers: Record<string, string | number> = {
    'Content-Type': html ? 'text/html; charset=utf-8' : 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Served-By-App': appServer,
    'X-Release': releaseId,
    'Server-Timing': serverTiming(exchange.database.milliseconds, performance.now() - start),
    ...answer.headers,
  };
  const { hostname, fallback } = exchange.database;
  if (hostname !== undefined) {
    headers['X-Served-By-Db'] = fallback ? `${hostname}; fallback` : hostname;
  }
  const requestId = exchange.request.headers['x-request-id'];
  if (typeof requestId === 'string' && /^[!-~]{1,200}$/.test(requestId)) {
    headers['X-Request-Id'] = requestId;
  }
  response.writeHead(answer.status, headers).end(text);
}

function servedByOf(
  { request, database }: Pick<Exchange, 'request' | 'database'>,
  identity: Identity,
): ServedBy {
  return {
    balancer: nameIn(request.headers['x-served-by-balancer']),
    web: nameIn(request.headers['x-served-by-web']),
    app: identity.appServer,
    db: database.hostname,
    db_fallback: database.fallback || undefined,
    release: identity.releaseId,
  };
}

function nameIn(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.-]{1,64}$/.test(header) ? header : undefined;
}

/** `app` is the whole time in this process, `db` the part of it that was spent on databases. */
function serverTiming(db: number | undefined, app: number): string {
  const entries = [...(db === undefined ? [] : [['db', db] as const]), ['app', app] as const];
  return entries.map(([name, duration]) => `${name};dur=${duration.toFixed(1)}`).join(', ');
}
