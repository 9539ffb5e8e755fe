import { stateFolder } from '../history/location.ts';
import { digestsFor } from '../plan/key.ts';
import { assertArguments } from './check-arguments.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { loadRun } from './load-run.ts';
import type { PlannedSite } from './make-plan.ts';
import type { KeyOptions } from './plan-key.ts';
import { recordedFiles } from './run-sources.ts';

/** Reads playbooks and what they need for a plan; files are named from where rolecall runs. */
export async function siteFor(
  playbooks: readonly string[],
  options: InventoryOptions & KeyOptions,
): Promise<PlannedSite> {
  const base = process.cwd();
  const { env: environment } = process;
  const folder = stateFolder(environment);
  const digests = digestsFor({ file: options.planKeyFile, environment, folder, base });
  const recorded = recordedFiles();
  const loaded = await loadRun(playbooks, options, { disk: recorded.files });
  assertArguments(loaded);
  return { loaded, recorded, digests, base };
}
