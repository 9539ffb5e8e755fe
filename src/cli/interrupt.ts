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
 */
export function listenForInterrupt(handlers: InterruptHandlers): Interruption {
  const controller = new AbortController();
  let stopping = false;
  const onSignal = (name: NodeJS.Signals) => {
    if (stopping) process.exit(interrupted);
    if (!controller.signal.aborted) {
      handlers.notice(`${name}: stopping when the running tasks end; once more stops at once`);
      controller.abort(new Error(`interrupted by ${name}`));
      return;
    }
    stopping = true;
    setTimeout(() => process.exit(interrupted), longestStop);
    void handlers.stop().finally(() => process.exit(interrupted));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    abort: () => controller.abort(new Error('interrupted at a question')),
    release: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

const interrupted = 130;
const longestStop = 2000;
