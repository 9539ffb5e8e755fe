import { hostname, userInfo } from 'node:os';
import { connectTo } from '../connection/connect.ts';
import type { RunOptions, RunServices } from '../engine/context.ts';
import { createRun } from '../engine/create-run.ts';
import { allGuards, type Guard } from '../engine/guard.ts';
import { Slots } from '../engine/parallel.ts';
import { runPlaybooks } from '../engine/run.ts';
import type { ConnectionDefaults } from '../engine/target.ts';
import { RolecallError } from '../errors.ts';
import type { Reporter } from '../events.ts';
import type { RunKind } from '../history/facts.ts';
import { collectors } from '../observe/collectors.ts';
import { loadRole } from '../roles/load.ts';
import { Redactor } from '../shell/redact.ts';
import { noTimer, timed } from '../timings/timer.ts';
import { type ConnectionOptions, connectionDefaults } from './connection-options.ts';
import type { HistoryOptions } from './history-options.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { LoadedRun } from './load-run.ts';
import { lookupsFor } from './lookups.ts';
import { loadedModule, loadModule } from './modules.ts';
import { makeReporter, type OutputOptions } from './output-options.ts';
import { prompt } from './prompt.ts';
import type { RunRecord, recordRun } from './record-run.ts';
import type { RunRecording } from './recording.ts';
import { keepYoungHeap } from './young-heap.ts';

/** What of the options of `run` and `exec` says how the plays are run. */
export interface ExecuteOptions extends ConnectionOptions, OutputOptions, HistoryOptions {
  readonly check?: boolean;
  readonly forks: number;
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  readonly forceHandlers?: boolean;
  readonly detailedExitcode?: boolean;
}

export interface ExecuteWith {
  /** Shows the run instead of what --output says. */
  readonly given?: Reporter | undefined;
  readonly recording?: RunRecording | undefined;
  /** Is asked behind each decision. */
  readonly guard?: Guard;
  /** What the options of connections come to, where passwords have been asked for already. */
  readonly connection?: ConnectionDefaults;
  /** Stops it where a task ends, as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** As what it is recorded; `run` or `check` by default. */
  readonly kind?: RunKind;
}

/** Runs loaded playbooks, shown by `given` or what --output says; returns the exit status. */
export async function execute(
  loaded: LoadedRun,
  options: ExecuteOptions,
  { given, recording, guard, connection: known, kind, signal }: ExecuteWith = {},
): Promise<number> {
  keepYoungHeap();
  const connection = known ?? (await connectionDefaults(options));
  const timer = recording?.timer ?? noTimer;
  const shown = given ?? (await timed(timer, 'start', undefined, () => makeReporter(options)));
  const redactor = new Redactor();
  for (const secret of [connection.password, connection.becomePassword]) {
    if (secret) redactor.add(secret);
  }
  const record = await timed(timer, 'start', undefined, () =>
    recordOf(loaded, options, {
      kind: kind ?? (options.check ? 'check' : 'run'),
      redact: (text) => redactor.redact(text),
      stop: () => interruption.abort(),
    }),
  );
  const recorded = record?.recorder.reporting(shown) ?? shown;
  const reporter = recording?.reporting(recorded) ?? recorded;
  const ended = Promise.withResolvers<void>();
  const interruption = listenForInterrupt({
    notice: (message) => reporter.report({ type: 'warning', message }),
    stop: async () => {
      await run.abandon();
      await ended.promise;
    },
  });
  const questions = new Slots(1);
  const asked = allGuards([guard, record?.guard]);
  const services: RunServices = {
    connect: recording?.connecting(connectTo) ?? connectTo,
    collectors: new Map(collectors.map((collector) => [collector.kind, collector])),
    loadModule,
    loadedModule,
    loadRole,
    report: (event) => reporter.report(event),
    timer,
    redactor,
    ...(asked && { guard: asked }),
    prompt: (question, hidden) =>
      questions.use(async () => {
        reporter.report({ type: 'prompt-started' });
        try {
          return await prompt(question, hidden);
        } catch (error) {
          if (error instanceof RolecallError && error.code === 'interrupted') interruption.abort();
          throw error;
        } finally {
          reporter.report({ type: 'prompt-finished' });
        }
      }),
  };
  const run = createRun({
    inventory: loaded.inventory,
    options: {
      ...runOptions(loaded, options),
      connection,
      signal: signal ? AbortSignal.any([interruption.signal, signal]) : interruption.signal,
    },
    services,
    playbooks: loaded.context,
    decrypt: loaded.vault.decrypt.bind(loaded.vault),
    lookups: lookupsFor(loaded, (text) => redactor.add(text)),
  });
  try {
    const { exitStatus, changed } = await runPlaybooks(loaded.playbooks, run, loaded.site);
    return options.detailedExitcode && exitStatus === 0 && changed ? 3 : exitStatus;
  } finally {
    interruption.release();
    await reporter.finish();
    ended.resolve();
  }
}

/** What writes the run into the history; undefined with --no-history. */
async function recordOf(
  loaded: LoadedRun,
  options: ExecuteOptions,
  setup: Parameters<typeof recordRun>[2],
): Promise<RunRecord | undefined> {
  if (options.history === false) return undefined;
  const { recordRun } = await import('./record-run.ts');
  return recordRun(loaded, options, setup);
}

function runOptions(
  loaded: LoadedRun,
  options: ExecuteOptions,
): Omit<RunOptions, 'connection' | 'signal'> {
  return {
    checkMode: options.check ?? false,
    diff: options.diff ?? false,
    forks: options.forks,
    tags: options.tags ?? [],
    skipTags: options.skipTags ?? [],
    ...(options.startAtTask !== undefined && { startAtTask: options.startAtTask }),
    ...(options.limit !== undefined && { limit: options.limit }),
    extraVars: loaded.extraVars,
    verbosity: options.verbose,
    forceHandlers: options.forceHandlers ?? false,
    holder: holder(new Date()),
  };
}

/** Who holds the lock of a host, for whoever finds it taken. */
function holder(now: Date): string {
  const time = now.toTimeString().slice(0, 5);
  return `${userInfo().username}@${hostname()}, process ${process.pid}, since ${time}`;
}
