import { assertArguments } from './check-arguments.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { type LoadedRun, type LoadOptions, loadRun } from './load-run.ts';

/** Reads what a run needs and checks the arguments of its tasks; throws what is wrong. */
export async function loadChecked(
  playbooks: readonly string[],
  options: InventoryOptions,
  how: LoadOptions = {},
): Promise<LoadedRun> {
  const loaded = await loadRun(playbooks, options, how);
  assertArguments(loaded);
  return loaded;
}
