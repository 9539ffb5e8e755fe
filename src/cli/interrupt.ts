/** What Ctrl-C and SIGTERM do while hosts are worked on. */
export interface Interruption {
  /** Aborted by the first signal: the run stops where a task ends. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the process. */
  release(): void;
}

/**
 * Listens for SIGINT and SIGTERM. The first one aborts; the second one ends the process at once, with
 * status 130. `notice` is told about the first.
 */
export function listenForInterrupt(notice: (text: string) => void): Interruption {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    notice(`${name}: stopping when the running tasks end; once more stops at once`);
    controller.abort(new Error(`interrupted by ${name}`));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
