import { stateFolder } from '../history/location.ts';
import type { Digests } from '../plan/digest.ts';
import { digestsFor } from '../plan/key.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { loadChecked } from './load-checked.ts';
import type { PlannedSite } from './make-plan.ts';
import type { KeyOptions } from './plan-key.ts';
import { recordedFiles } from './run-sources.ts';

/** With the key that the options name; files are named from where rolecall runs. */
export function planDigests({ planKeyFile }: KeyOptions): Digests {
  const { env: environment } = process;
  const folder = stateFolder(environment);
  return digestsFor({ file: planKeyFile, environment, folder, base: process.cwd() });
}

/** Reads playbooks and what they need for a plan. */
export async function siteFor(
  playbooks: readonly string[],
  options: InventoryOptions,
  digests: Digests,
): Promise<PlannedSite> {
  const recorded = recordedFiles();
  const loaded = await loadChecked(playbooks, options, { disk: recorded.files });
  return { loaded, recorded, digests, base: process.cwd() };
}
