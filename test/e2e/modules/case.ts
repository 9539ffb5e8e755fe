/** One module on real hosts: absent → present → changed by hand → present → unchanged. */
export interface ModuleCase {
  /** Unique within its module: `mode of a directory`. */
  readonly name: string;
  readonly module: string;
  /**
   * `state` (the default) converges; a `query` only reads and is never a change; an `action` is
   * a change each time it runs.
   */
  readonly kind?: 'state' | 'query' | 'action';
  /** sh script that makes the starting point: what `present` asks for is not there yet. */
  readonly absent?: string;
  /** The module's arguments, as in a playbook; a text is the free form. */
  readonly present: { readonly [argument: string]: unknown } | string;
  /** Other keywords of the task: `register`, `when`. */
  readonly keywords?: { readonly [keyword: string]: unknown };
  /** sh script that makes the host drift from `present`; a `state` has one. */
  readonly changedByHand?: string;
  /** Packages that the host needs for the case. */
  readonly needs?: readonly string[];
  readonly userland: readonly ('debian' | 'busybox')[];
  /** sh script that exits 0 when `present` holds. */
  readonly verify?: string;
  /** sh script for the controller, in the folder of the playbook, before the first run. */
  readonly onController?: string;
  /** What the result holds after it was applied. */
  readonly gives?: { readonly [key: string]: unknown };
}
