import { NoReader } from '../database/reads.ts';
import { WriteFailed } from '../database/writes.ts';

/** A request that is answered with an error: `{"error": {"code", "message"}}`. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What the client is told of a failure; undefined for those that are nobody's business outside. */
export function problemOf(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  const retry = { 'Retry-After': '1' };
  if (error instanceof NoReader) return new HttpProblem(503, 'no-database', error.message, retry);
  if (error instanceof WriteFailed) {
    return new HttpProblem(503, `primary-${error.reason}`, error.message, retry);
  }
  return undefined;
}
