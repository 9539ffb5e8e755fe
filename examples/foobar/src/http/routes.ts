import type { Answer, Exchange } from './exchange.ts';
import { HttpProblem } from './problem.ts';

export type Handler = (exchange: Exchange) => Promise<Answer>;

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `:name` stands for one segment. */
  readonly path: string;
  readonly handle: Handler;
}

export interface Match {
  readonly handle: Handler;
  readonly params: Readonly<Record<string, string>>;
}

/** The route of a request; GET routes answer HEAD too. Throws `HttpProblem` 404 or 405. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params ? [{ ...route, params }] : [];
  });
  if (matches.length === 0) throw new HttpProblem(404, 'not-found', `there is no ${path}`);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = matches.find((match) => match.method === wanted);
  if (found) return found;
  const allow = matches.flatMap((match) => (match.method === 'GET' ? ['GET', 'HEAD'] : ['POST']));
  throw new HttpProblem(405, 'method-not-allowed', `${path} takes ${allow.join(', ')}`, {
    Allow: allow.join(', '),
  });
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment.startsWith(':')) params[segment.slice(1)] = given[index]!;
    else if (segment !== given[index]) return undefined;
  }
  return params;
}
