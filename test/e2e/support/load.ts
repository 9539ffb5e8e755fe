import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadOptions {
  readonly url: string;
  /** Requests under way at the same time; 8 when left out. */
  readonly clients?: number;
  /** Ends by itself; without it `stop` does. */
  readonly seconds?: number;
  /** Ends after so many requests. */
  readonly requests?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The header of answers that names who served; X-Served-By-Web when left out. */
  readonly servedBy?: string;
  /** Pause of a client between two requests; 5 ms when left out: the machine has few cores. */
  readonly pauseMs?: number;
  /** After which a request counts as failed; 60 s when left out. */
  readonly timeoutMs?: number;
  /** false: a connection for each request. */
  readonly keepAlive?: boolean;
}

export interface LoadFailure {
  /** Milliseconds from the start of the load to the end of the request. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Absent where there was no answer. */
  readonly status?: number;
  readonly message: string;
}

export interface LoadReport {
  readonly requests: number;
  /** Answers with a status below 400. */
  readonly ok: number;
  readonly failed: number;
  /** Good answers by who served them. */
  readonly bySrv: Readonly<Record<string, number>>;
  readonly errors: readonly LoadFailure[];
  /** Good answers with who served, in the order of their ends. */
  readonly answers: readonly { readonly atMs: number; readonly by: string }[];
  /** The longest time without a good answer. */
  readonly gapMs: number;
  /** From the first failure to the last; 0 without failures. */
  readonly failingMs: number;
  readonly slowestMs: number;
  readonly lastedMs: number;
}

export interface RunningLoad {
  /** Milliseconds since the start. */
  now(): number;
  /** No further requests; waits for those under way. */
  stop(): Promise<LoadReport>;
  readonly ended: Promise<LoadReport>;
}

/**
 * Asks for a URL again and again with some clients and keeps what became of each request.
 *
 * @example const running = startLoad({ url }); await lab.sh('web1', 'pkill -9 nginx'); (await running.stop()).failed // 0
 */
export function startLoad(options: LoadOptions): RunningLoad {
  const { clients = 8, seconds = Number.POSITIVE_INFINITY, pauseMs = 5 } = options;
  const began = performance.now();
  const now = () => performance.now() - began;
  const agent = new Agent({ keepAlive: options.keepAlive ?? true, maxSockets: clients });
  const errors: LoadFailure[] = [];
  const answers: { atMs: number; by: string }[] = [];
  let [slowestMs, asked, isStopped] = [0, 0, false];
  const goesOn = () =>
    !isStopped && now() < seconds * 1000 && asked < (options.requests ?? Number.POSITIVE_INFINITY);
  async function client(): Promise<void> {
    while (goesOn()) {
      asked++;
      const start = now();
      const answer = await ask(options, agent);
      const tookMs = now() - start;
      slowestMs = Math.max(slowestMs, tookMs);
      if (answer.by !== undefined) answers.push({ atMs: now(), by: answer.by });
      else errors.push({ atMs: now(), tookMs, ...answer.failure });
      if (pauseMs > 0) await sleep(pauseMs);
    }
  }
  const ended = Promise.all(Array.from({ length: clients }, client)).then((): LoadReport => {
    agent.destroy();
    const marks = [0, ...answers.map(({ atMs }) => atMs), now()];
    const bySrv: Record<string, number> = {};
    for (const { by } of answers) bySrv[by] = (bySrv[by] ?? 0) + 1;
    return {
      requests: asked,
      ok: answers.length,
      failed: errors.length,
      bySrv,
      errors,
      answers,
      gapMs: Math.max(...marks.slice(1).map((mark, index) => mark - marks[index]!)),
      failingMs: errors.length > 0 ? errors.at(-1)!.atMs - errors[0]!.atMs : 0,
      slowestMs,
      lastedMs: now(),
    };
  });
  return {
    now,
    ended,
    stop() {
      isStopped = true;
      return ended;
    },
  };
}

/** A load to its end: give `seconds` or `requests`. */
export function load(options: LoadOptions): Promise<LoadReport> {
  return startLoad(options).ended;
}

/** A report in one line. */
export function loadFigures({ requests, errors, bySrv, ...times }: LoadReport): string {
  const servers = Object.entries(bySrv).map(([name, count]) => `${name} ${count}`);
  const [gap, failing, slowest] = [times.gapMs, times.failingMs, times.slowestMs].map(Math.round);
  const failures = errors.length > 0 ? ` (over ${failing} ms, first: ${errors[0]!.message})` : '';
  return `${requests} requests, ${errors.length} failed${failures}, ${servers.join(', ')}; longest gap ${gap} ms, slowest ${slowest} ms`;
}

type Answer =
  | { readonly by: string }
  | { readonly by?: undefined; readonly failure: { status?: number; message: string } };

function ask(options: LoadOptions, agent: Agent): Promise<Answer> {
  const {
    url,
    method = 'GET',
    headers,
    servedBy = 'x-served-by-web',
    timeoutMs = 60_000,
  } = options;
  return new Promise((resolve) => {
    const failed = (message: string, status?: number) =>
      resolve({ failure: { message, ...(status !== undefined && { status }) } });
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, { agent, method, ...(headers && { headers }), signal }, (answer) => {
      const status = answer.statusCode ?? 0;
      const by = answer.headers[servedBy.toLowerCase()];
      answer.on('error', ({ message }) => failed(`broken off: ${message}`, status));
      answer.on('end', () =>
        status < 400
          ? resolve({ by: String(by ?? '?') })
          : failed(`status ${status} ${answer.statusMessage}`, status),
      );
      answer.resume();
    });
    sent.on('error', ({ message }) => failed(message));
    sent.end();
  });
}
