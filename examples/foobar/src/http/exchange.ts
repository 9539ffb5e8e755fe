import type { IncomingMessage } from 'node:http';

/** One request on its way through the application. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** What the path's pattern names: `/api/notes/:id` gives `id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly database: DatabaseUse;
}

/** What a handler answers with. */
export interface Answer {
  readonly status: number;
  /** An object goes out as JSON with `served_by` added; a function makes HTML. */
  readonly body: Readonly<Record<string, unknown>> | ((servedBy: ServedBy) => string);
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who took part in an answer; balancer and web as they say of themselves in the request. */
export interface ServedBy {
  readonly balancer?: string;
  readonly web?: string;
  readonly app: string;
  readonly db?: string;
  /** The primary answered a read, as no replica did. */
  readonly db_fallback?: true;
  readonly release: string;
}

/** Which database an exchange used, and for how long. */
export class DatabaseUse {
  /** Milliseconds; undefined when none was asked. */
  milliseconds: number | undefined;
  /** The one that answered. */
  hostname: string | undefined;
  fallback = false;

  async time<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.milliseconds = (this.milliseconds ?? 0) + performance.now() - start;
    }
  }
}
