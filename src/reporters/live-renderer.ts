import { Listr, ListrEventType, type ListrRenderer } from 'listr2';

/** One play's view by listr2: a task per host, each open until the host is through with the play. */
export interface LivePlay {
  /** The host is through: well, or with a failure. */
  settle(host: string, failed: boolean): void;
  /** The play is over: every host that is still open is through. */
  end(): void;
}

export interface LiveHooks {
  /** Something may have changed; called for each change of state and ten times a second. */
  refresh(): void;
}

/**
 * Starts a listr2 list with a task per host, concurrent, drawn by BoardRenderer. What is drawn comes
 * from the board; listr2 keeps the hosts' states and says when to draw and when the list is over.
 */
export function startLivePlay(hosts: readonly string[], hooks: LiveHooks): LivePlay {
  const open = new Map<string, (failed: boolean) => void>();
  const tasks = hosts.map((host) => ({
    title: host,
    task: () => endOf.get(host),
  }));
  const endOf = new Map(
    hosts.map((host) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      promise.catch(() => {});
      open.set(host, (failed) => (failed ? reject(new Error(host)) : resolve()));
      return [host, promise] as const;
    }),
  );
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: BoardRenderer as unknown as typeof ListrRenderer,
    rendererOptions: hooks,
  });
  void list.run();
  const settle = (host: string, failed: boolean) => {
    open.get(host)?.(failed);
    open.delete(host);
  };
  return {
    settle,
    end: () => {
      for (const host of [...open.keys()]) settle(host, false);
    },
  };
}

/** At most this often a frame is drawn, in milliseconds. */
const framePause = 100;

type RendererParameters = ConstructorParameters<typeof ListrRenderer>;

/** The renderer class given to listr2: asks for a frame when listr2 says so and while time passes. */
class BoardRenderer {
  static readonly nonTTY = true;
  static readonly rendererOptions: Record<PropertyKey, unknown> = {};
  static readonly rendererTaskOptions: Record<PropertyKey, unknown> = {};
  readonly #hooks: LiveHooks;
  readonly #events: RendererParameters[2];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    _tasks: RendererParameters[0],
    options: RendererParameters[1],
    events: RendererParameters[2],
  ) {
    this.#hooks = options as unknown as LiveHooks;
    this.#events = events;
  }

  render(): void {
    this.#timer = setInterval(this.#refresh, framePause);
    this.#timer.unref();
    this.#events?.on(ListrEventType.SHOULD_REFRESH_RENDER, this.#refresh);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#events?.off(ListrEventType.SHOULD_REFRESH_RENDER, this.#refresh);
  }

  readonly #refresh = () => this.#hooks.refresh();
}
