import type { Traffic } from '../connection/traffic.ts';
import type { Phase, RunEvent, RunEventOf, Timings } from '../events.ts';
import type { Clock } from './clock.ts';
import { HostRecord } from './host-record.ts';
import { Meter } from './meter.ts';
import { SlowestTasks } from './slowest-tasks.ts';
import type { Timer } from './timer.ts';
import type { Trace } from './trace.ts';

/** The times of a run, while it goes on. */
export class Recording implements Timer {
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #trace: Trace | undefined;
  readonly #hosts = new Map<string, HostRecord>();
  readonly #tasks = new SlowestTasks();
  /** When tasks began, by host. */
  readonly #begun = new Map<string, number>();

  constructor(clock: Clock, trace?: Trace) {
    this.#clock = clock;
    this.#meter = new Meter(clock);
    this.#trace = trace;
    trace?.span({ host: undefined, name: 'start', from: 0, until: clock.wall() });
  }

  begin(phase: Phase, host?: string): () => void {
    const from = this.#meter.enter(phase);
    const record = host === undefined ? undefined : this.#host(host);
    record?.begin(phase, from);
    return () => {
      const until = this.#meter.leave(phase);
      record?.end(phase, until);
      if (!this.#trace || phase === 'report') return;
      this.#trace.span({ host, name: phase, from, until });
      if (record && phase !== 'decide') this.#trace.traffic(host!, until, record.traffic());
    };
  }

  /** A connection to a host was opened; its figures are read at the end. */
  connected(host: string, traffic: Traffic): void {
    this.#host(host).connections.push(traffic);
  }

  /** Tasks are known from what is reported of them, which holds no secrets. */
  follow(event: RunEvent): void {
    if (event.type === 'host-task-started') {
      if (this.#trace) this.#begun.set(`${event.host}\0${event.id}`, this.#clock.wall());
    } else if (event.type === 'host-task-finished') {
      this.#tasks.add(event);
      if (this.#trace) this.#traceTask(event, this.#trace);
    }
  }

  /** What came together; `evaluations` are those of templates. */
  timings(evaluations: number): Timings {
    const phases = this.#meter.times();
    const hosts = [...this.#hosts].map(([host, record]) => record.time(host));
    return {
      wallMs: this.#clock.wall(),
      cpuMs: phases.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      phases,
      hosts: hosts.sort((a, b) => b.connectMs + b.waitedMs - (a.connectMs + a.waitedMs)),
      tasks: this.#tasks.list(),
      evaluations,
    };
  }

  #traceTask({ host, id, task, role, module, outcome }: Finished, trace: Trace): void {
    const until = this.#clock.wall();
    const key = `${host}\0${id}`;
    const from = this.#begun.get(key) ?? until;
    this.#begun.delete(key);
    trace.span({
      host,
      name: task,
      from,
      until,
      task: { id, role, module, status: outcome.status },
    });
  }

  #host(name: string): HostRecord {
    let record = this.#hosts.get(name);
    if (!record) {
      record = new HostRecord();
      this.#hosts.set(name, record);
    }
    return record;
  }
}

type Finished = RunEventOf<'host-task-finished'>;
