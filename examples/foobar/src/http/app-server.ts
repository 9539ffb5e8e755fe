import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '../database/failures.ts';
import { type Answer, DatabaseUse, type Exchange } from './exchange.ts';
import { routesOf, type Services } from './handlers.ts';
import { HttpProblem, problemOf } from './problem.ts';
import { respond } from './respond.ts';
import { findRoute, type Route } from './routes.ts';

/**
 * The HTTP server, not yet listening. `log` takes a line for each failure that clients are told
 * nothing of.
 *
 * @example createAppServer(services, (line) => process.stderr.write(`${line}\n`)).listen(8080);
 */
export function createAppServer(services: Services, log: (line: string) => void): Server {
  const routes = routesOf(services);
  const identity = { appServer: services.appServer, releaseId: services.release.id };
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const start = performance.now();
    const database = new DatabaseUse();
    const answer = await answerOf(routes, request, database).catch((error: unknown) =>
      failure(error, request, log),
    );
    if (services.isShuttingDown()) response.setHeader('Connection', 'close');
    try {
      respond(response, { request, database }, answer, identity, start);
    } catch (error) {
      log(`${request.method} ${request.url}: ${stackOf(error)}`);
      response.destroy();
    }
  });
  // Longer than the proxy in front keeps connections: it must not send on one that is closing.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 30_000;
  return server;
}

async function answerOf(
  routes: readonly Route[],
  request: IncomingMessage,
  database: DatabaseUse,
): Promise<Answer> {
  const [path = '/'] = (request.url ?? '/').split('?');
  const { handle, params } = findRoute(routes, request.method ?? 'GET', path);
  const exchange: Exchange = { request, params, database };
  return await handle(exchange);
}

function failure(error: unknown, request: IncomingMessage, log: (line: string) => void): Answer {
  const problem = problemOf(error);
  if (!problem || problem.status >= 500) {
    log(`${request.method} ${request.url}: ${problem ? withCause(error) : stackOf(error)}`);
  }
  const { status, code, message, headers } =
    problem ?? new HttpProblem(500, 'internal', 'something went wrong; the log says what');
  return { status, body: { error: { code, message } }, headers };
}

function withCause(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
