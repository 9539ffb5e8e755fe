/** One module on real hosts: absent → present → changed by hand → present → unchanged. */
export interface ModuleCase {
  /** Unique within its module: `mode of a directory`. */
  readonly name: string;
  readonly module: string;
  /** sh script that makes the starting point: what `present` asks for is not there yet. */
  readonly absent?: string;
  /** The module's arguments, as in a playbook. */
  readonly present: { readonly [argument: string]: unknown };
  /** sh script that makes the host drift from `present`. */
  readonly changedByHand: string;
  /** Packages that the host needs for the case. */
  readonly needs?: readonly string[];
  readonly userland: readonly ('debian' | 'busybox')[];
  /** sh script that exits 0 when `present` holds. */
  readonly verify?: string;
}
