/** How a service starts a watch. */
export interface WatchCall {
  readonly watch: string;
  /** The words that start rolecall, absolute. */
  readonly program: readonly string[];
  /** The drift.yml, absolute. */
  readonly settings: string;
  readonly state: string;
  /** The file of the history, absolute; absent where a folder of its own is given to the service. */
  readonly history?: string;
}

/**
 * The words of a watch: for good, or one cycle where something else keeps the time. `splayed` where that
 * has no splay of its own.
 */
export function wordsOf(
  { program, settings, state }: WatchCall,
  { once, splayed = false }: { readonly once: boolean; readonly splayed?: boolean },
): string[] {
  return [
    ...program,
    'drift',
    'watch',
    '--settings',
    settings,
    '--state',
    state,
    ...(once ? ['--once'] : []),
    ...(splayed ? ['--splayed'] : []),
  ];
}

/** The comment by which our files are known again, without the sign that begins comments. */
export function markerOf(watch: string): string {
  return `rolecall drift: ${watch}. 'rolecall drift uninstall' removes this.`;
}
