import { noTraffic, type Traffic } from '../connection/traffic.ts';
import type { HostTime, Phase } from '../events.ts';

/** What one host took so far. */
export class HostRecord {
  /** The figures of each connection to it. */
  readonly connections: Traffic[] = [];
  #connectMs = 0;
  #waitedMs = 0;
  readonly #connecting: Span = { open: 0, since: 0 };
  readonly #waiting: Span = { open: 0, since: 0 };

  begin(phase: Phase, now: number): void {
    const span = this.#spanOf(phase);
    if (span && span.open++ === 0) span.since = now;
  }

  end(phase: Phase, now: number): void {
    const span = this.#spanOf(phase);
    if (!span || --span.open > 0) return;
    if (span === this.#connecting) this.#connectMs += now - span.since;
    else this.#waitedMs += now - span.since;
  }

  /** Of all connections together. */
  traffic(): Traffic {
    const total = noTraffic();
    for (const one of this.connections)
      for (const figure of Object.keys(total) as (keyof Traffic)[]) total[figure] += one[figure];
    return total;
  }

  time(host: string): HostTime {
    return {
      host,
      connectMs: this.#connectMs,
      waitedMs: this.#waitedMs,
      connections: this.connections.length,
      ...this.traffic(),
    };
  }

  #spanOf(phase: Phase): Span | undefined {
    if (phase === 'connect') return this.#connecting;
    return answered.has(phase) ? this.#waiting : undefined;
  }
}

/** Several may be open at the same time: what counts is that one is. */
interface Span {
  open: number;
  since: number;
}

const answered: ReadonlySet<Phase> = new Set(['observe', 'apply', 'verify']);
