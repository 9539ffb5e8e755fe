import { RolecallError } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { Cycle } from './cycle.ts';
import type { Fleet } from './fleet.ts';
import { askGate } from './gate.ts';
import { parseListen } from './listen.ts';
import { metricsText } from './metrics.ts';
import { serveMetrics } from './metrics-server.ts';
import { noticesAfter } from './notices/conditions.ts';
import { deliver } from './notices/deliver.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import type { DriftSettings } from './settings.ts';
import type { WatchState } from './state.ts';
import { readState, writeState } from './state-file.ts';
import { takeLock } from './watch-lock.ts';
import { watch, watchOnce } from './watcher.ts';
import { writeWhole } from './write-file.ts';

export interface WatchProcess {
  readonly fleet: Fleet;
  readonly settings: DriftSettings;
  readonly stateFile: string;
  /** The name of this machine, for notices. */
  readonly machine: string;
  /** What tells machines apart, for the splay. */
  readonly machineId: string;
  readonly clock: Clock;
  /** Aborted to end it where a task ends. */
  readonly signal: AbortSignal;
  /** One cycle only: at once, or behind the splay of this machine. */
  readonly once?: 'now' | 'splayed';
  onCycle(cycle: Cycle): void;
  onWaiting(until: number): void;
  warn(message: string): void;
}

/** Watches with all that belongs to it: lock, state, notices and figures. Returns the last state. */
export async function keepWatch(given: WatchProcess): Promise<WatchState> {
  const { settings, stateFile, clock, signal, warn } = given;
  const release = lock(lockFileOf(stateFile));
  try {
    const begin = await readState(stateFile, warn, clock.now());
    const figures = new Figures(given, begin);
    const schedule = scheduleOf(settings.schedule, `${given.machineId} ${settings.name}`);
    const services = {
      ...given,
      schedule,
      askGate,
      save: (state: WatchState) => writeState(stateFile, state),
      told: async (cycle: Cycle, state: WatchState) => {
        given.onCycle(cycle);
        const noted = await tell(given, cycle, state);
        await figures.show(noted, undefined);
        return noted;
      },
      waiting: (until: number, state: WatchState) => {
        given.onWaiting(until);
        void figures.show(state, until);
      },
    };
    if (given.once !== undefined) {
      if (given.once === 'splayed') await clock.sleep(splayOf(schedule, clock.now()), signal);
      return signal.aborted ? begin : await watchOnce(services, begin);
    }
    const server = await figures.serve();
    try {
      return await watch(services, begin);
    } finally {
      await server?.close();
    }
  } finally {
    release();
  }
}

/** Beside the state: who has the one has the other. */
export function lockFileOf(stateFile: string): string {
  return stateFile.replace(/(\.json)?$/, '.lock');
}

function lock(file: string): () => void {
  try {
    return takeLock(file);
  } catch (error) {
    if (error instanceof RolecallError) throw error;
    throw new RolecallError({
      code: 'drift-state-unwritable',
      message: `the lock ${file} cannot be taken: ${(error as Error).message}`,
    });
  }
}

function splayOf(schedule: Schedule, now: number): number {
  const { at, due } = schedule.next(now);
  return due - at;
}

/** Sends what there is to tell; what cannot be delivered is counted. */
async function tell(given: WatchProcess, cycle: Cycle, state: WatchState): Promise<WatchState> {
  const { settings, machine, clock, signal, warn } = given;
  const context = { watch: settings.name, machine, remindMs: settings.remindMs };
  const { notices, conditions } = noticesAfter(cycle, state.conditions, context);
  const problems = await deliver(notices, settings.notify, { clock, signal });
  for (const problem of problems) warn(`a notice was not delivered: ${problem}`);
  const { totals } = state;
  const failedNotices = totals.failedNotices + problems.length;
  return { ...state, conditions, totals: { ...totals, failedNotices } };
}

/** What Prometheus is shown, at its address and in its file. */
class Figures {
  readonly #given: WatchProcess;
  #state: WatchState;
  #nextRun: number | undefined;
  /** Writes of the file come one behind another. */
  #written: Promise<void> = Promise.resolve();

  constructor(given: WatchProcess, state: WatchState) {
    this.#given = given;
    this.#state = state;
  }

  async show(state: WatchState, nextRun: number | undefined): Promise<void> {
    const { settings, warn } = this.#given;
    const { textfile } = settings.metrics;
    this.#state = state;
    this.#nextRun = nextRun;
    if (textfile === undefined) return;
    const text = this.#text();
    this.#written = this.#written.then(() =>
      writeWhole(textfile, text, 0o644).catch((error: Error) =>
        warn(`the figures cannot be written: ${error.message}`),
      ),
    );
    await this.#written;
  }

  async serve() {
    const { listen } = this.#given.settings.metrics;
    const address = listen === undefined ? undefined : parseListen(listen);
    if (!address) return undefined;
    return serveMetrics(address, {
      metrics: () => this.#text(),
      isHealthy: () => this.#state.failures === 0,
    }).catch((error: Error) => {
      throw new RolecallError({
        code: 'drift-settings-invalid',
        message: `nothing can listen at ${listen}: ${error.message}`,
      });
    });
  }

  #text(): string {
    return metricsText(this.#state, {
      watch: this.#given.settings.name,
      nextRun: this.#nextRun,
    });
  }
}
