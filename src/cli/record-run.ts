import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Guard } from '../engine/guard.ts';
import type { RunKind } from '../history/facts.ts';
import { historyFile } from '../history/location.ts';
import { thisProcess } from '../history/process-identity.ts';
import { retentionFrom } from '../history/prune.ts';
import { Recorder } from '../history/recorder.ts';
import { inventoryFolders } from '../inventory/load.ts';
import { desiredDigest } from '../plan/change-digest.ts';
import type { Digests } from '../plan/digest.ts';
import { digestsFor } from '../plan/key.ts';
import { checkoutOf } from './checkout.ts';
import type { HistoryOptions } from './history-options.ts';
import type { LoadedRun } from './load-run.ts';
import { ownVersion } from './own-version.ts';
import { recordedOptions } from './recorded-options.ts';

interface RecordSetup {
  readonly kind: RunKind;
  redact(text: string): string;
  /** Stops the run: its record cannot be written any more. */
  stop(): void;
}

/** A run on its way into the history. */
export interface RunRecord {
  readonly recorder: Recorder;
  /** Tells the recorder what no event does. */
  readonly guard: Guard;
}

/** What writes a run into the history that the options name. */
export function recordRun(
  loaded: Pick<LoadedRun, 'inventory' | 'playbooks'>,
  options: HistoryOptions,
  { kind, redact, stop }: RecordSetup,
): RunRecord {
  const isExec = kind === 'exec';
  const playbooks = isExec ? [] : loaded.playbooks.map(({ file }) => resolve(file));
  const base = playbooks[0] === undefined ? process.cwd() : dirname(playbooks[0]);
  const file = historyFile(options.history || undefined);
  const recorder = new Recorder({
    file,
    facts: ({ at, checkMode }) => ({
      kind,
      checkMode,
      started: at,
      process: thisProcess(),
      user: userName(),
      folder: process.cwd(),
      version: ownVersion(),
      node: process.version,
      playbooks,
      inventory: inventoryName(loaded.inventory.sources),
      options: recordedOptions({ ...options }, redact),
    }),
    checkout: checkoutOf(base),
    retention: retentionFrom(process.env.ROLECALL_HISTORY_KEEP),
    stop,
  });
  // With the history's own key, whatever seals plans: digests of different runs are compared.
  const digests = isExec ? undefined : digestsFor({ environment: {}, folder: dirname(file), base });
  return { recorder, guard: recordingGuard(recorder, digests) };
}

function recordingGuard(recorder: Recorder, digests: Digests | undefined): Guard {
  return {
    decided: ({ module }, basis) => ({
      may: 'apply',
      ...(digests && { desired: desiredDigest(module, basis, digests) }),
    }),
    acting: (step) => recorder.intend(step),
  };
}

/** Under which name runs of an inventory belong together: its sources, files by their full paths. */
export function inventoryName(sources: readonly string[]): string[] {
  return sources.map((source) =>
    inventoryFolders([source]).length > 0 ? resolve(source) : source,
  );
}

/** Who it really is, where sudo was used. */
function userName(): string {
  const { username } = userInfo();
  const behind = process.env.SUDO_USER;
  return behind && behind !== username ? `${behind} as ${username}` : username;
}
