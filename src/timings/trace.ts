import type { Traffic } from '../connection/traffic.ts';
import type { Status } from '../events.ts';

/** A part of a run, from when until when; milliseconds from the start of the process. */
export interface Span {
  /** Where; absent = this machine, for all hosts. */
  readonly host: string | undefined;
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly task?: {
    readonly id: string;
    readonly role: string | undefined;
    readonly module: string;
    readonly status: Status;
  };
}

/** What is kept of a run to draw it. */
export class Trace {
  readonly #spans: Span[] = [];
  readonly #counters: { host: string; at: number; traffic: Traffic }[] = [];

  span(span: Span): void {
    this.#spans.push(span);
  }

  traffic(host: string, at: number, traffic: Traffic): void {
    this.#counters.push({ host, at, traffic });
  }

  /**
   * The trace event format, which chrome://tracing and https://ui.perfetto.dev read: a process for this
   * machine and for each host, in which spans that overlap lie in different threads.
   */
  toJson(): string {
    const byHost = Map.groupBy(this.#spans, ({ host }) => host);
    const own = byHost.get(undefined) ?? [];
    byHost.delete(undefined);
    const hosts = [...byHost.keys()] as string[];
    const pids = new Map(hosts.map((host, index) => [host, index + 2]));
    const events = [
      ...processEvents(controllerPid, 'rolecall', own),
      ...hosts.flatMap((host) => processEvents(pids.get(host)!, host, byHost.get(host)!)),
      ...this.#counters.flatMap(({ host, at, traffic }) =>
        counterEvents(pids.get(host)!, at, traffic),
      ),
    ];
    const lines = events.map((event) => JSON.stringify(event));
    return `{"displayTimeUnit":"ms","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
  }
}

const controllerPid = 1;

type TraceEvent = Readonly<Record<string, unknown>>;

function processEvents(pid: number, name: string, spans: readonly Span[]): TraceEvent[] {
  return [
    { ph: 'M', name: 'process_name', pid, tid: 1, args: { name } },
    { ph: 'M', name: 'process_sort_index', pid, tid: 1, args: { sort_index: pid } },
    ...inLanes(spans).map(({ span, lane }) => ({
      ph: 'X',
      name: span.name,
      cat: span.task ? 'task' : 'phase',
      pid,
      tid: lane,
      ts: micros(span.from),
      dur: micros(span.until) - micros(span.from),
      ...(span.task && { args: span.task }),
    })),
  ];
}

function counterEvents(pid: number, at: number, traffic: Traffic): TraceEvent[] {
  const { bytesSent: sent, bytesReceived: received, roundTrips } = traffic;
  const common = { ph: 'C', pid, tid: 1, ts: micros(at) };
  return [
    { ...common, name: 'bytes', args: { sent, received } },
    { ...common, name: 'round trips', args: { 'round trips': roundTrips } },
  ];
}

/** Spans of a lane follow each other or lie within each other; what fits in none opens a further one. */
function inLanes(spans: readonly Span[]): { span: Span; lane: number }[] {
  const lanes: number[][] = [];
  const sorted = [...spans].sort((a, b) => a.from - b.from || b.until - a.until);
  return sorted.map((span) => {
    let index = lanes.findIndex((ends) => fits(ends, span));
    if (index < 0) index = lanes.push([]) - 1;
    lanes[index]!.push(span.until);
    return { span, lane: index + 1 };
  });
}

/** Whether the innermost span that is still open holds this one; those that are over are dropped. */
function fits(ends: number[], { from, until }: Span): boolean {
  while (ends.length > 0 && ends.at(-1)! <= from) ends.pop();
  return ends.length === 0 || until <= ends.at(-1)!;
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
