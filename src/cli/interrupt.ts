/** What Ctrl-C and SIGTERM do while hosts are worked on. */
export interface Interruption {
  /** Aborted by the first signal: the run stops where a task ends. */
  readonly signal: AbortSignal;
  /** Does what the first signal does, silently: Ctrl-C at a question is no signal. */
  abort(): void;
  /** Gives the signals back to the process. */
  release(): void;
}

/** What a signal leads to. */
export interface InterruptHandlers {
  /** Told about the first one. */
  notice(text: string): void;
  /** Closes connections and records, for the second one. */
  stop(): Promise<void>;
}

/**
 * Listens for SIGINT and SIGTERM. The first one aborts. The second one stops at once: the process
 * ends with status 130 when `stop` is through, after two seconds, or at the third one.
 * Who listens while somebody else does takes part in it; the first of them tells of it.
 */
export function listenForInterrupt(handlers: InterruptHandlers): Interruption {
  const controller = new AbortController();
  const listener = { handlers, controller };
  if (listeners.size === 0) {
    for (const name of signals) process.on(name, onSignal);
  }
  listeners.add(listener);
  return {
    signal: controller.signal,
    abort: () => controller.abort(new Error('interrupted at a question')),
    release: () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      for (const name of signals) process.off(name, onSignal);
      count = 0;
    },
  };
}

interface Listener {
  readonly handlers: InterruptHandlers;
  readonly controller: AbortController;
}

const signals = ['SIGINT', 'SIGTERM'] as const;
/** Signals are the whole process's. */
const listeners = new Set<Listener>();
let count = 0;

function onSignal(name: NodeJS.Signals): void {
  count += 1;
  const all = [...listeners];
  // At a question Ctrl-C is no signal, and has aborted already.
  if (count === 1 && all.every(({ controller }) => controller.signal.aborted)) count = 2;
  if (count === 1) {
    all[0]!.handlers.notice(
      `${name}: stopping when the running tasks end; once more stops at once`,
    );
    for (const { controller } of all) controller.abort(new Error(`interrupted by ${name}`));
    return;
  }
  if (count > 2) process.exit(interrupted);
  setTimeout(() => process.exit(interrupted), longestStop);
  void Promise.allSettled(all.map(({ handlers }) => handlers.stop())).then(() =>
    process.exit(interrupted),
  );
}

const interrupted = 130;
const longestStop = 2000;
