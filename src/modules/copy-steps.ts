import { pathWord, wordGroups } from '../shell/path-word.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import type { ApplyStep } from './contract.ts';
import type { BatchedFile } from './copy-batch.ts';
import { type FileAttributes, ownerWord } from './file-attributes.ts';
import { modeText } from './file-mode.ts';
import type { FilePlan } from './file-plan.ts';
import { type NewFile, placeFiles } from './place-files.ts';

/** What one entry of a copied folder needs, and how it may be done together with others. */
export interface EntryPlan extends FilePlan {
  readonly type: 'directory' | 'link' | 'file';
  /** A folder to make, of the mode of `after`. */
  readonly makes?: string;
  /** A file that may come with others: below the nearest folder that is there ahead of this change. */
  readonly below?: BatchedFile;
}

/** The steps of all entries: one for all folders, few for all small new files, one for each of the rest. */
export function entrySteps(plans: readonly EntryPlan[], attributes: FileAttributes): ApplyStep[] {
  const { owner, group } = attributes;
  const folders = plans.filter(({ type }) => type === 'directory');
  const batches = batchesOf(plans);
  const batched = new Set(batches.flatMap(({ plans }) => plans));
  const single = plans.filter((plan) => plan.type !== 'directory' && !batched.has(plan));
  return [
    ...folderSteps(folders, attributes),
    ...batches.map(({ folder, above, files }) =>
      placeFiles({ folder, above, files, owner, group }),
    ),
    ...single.flatMap(({ steps }) => steps),
  ];
}

const maxBatchBytes = 8 * 1024 * 1024;
const maxBatchFiles = 500;

interface Batch {
  readonly folder: string;
  readonly above: readonly string[];
  readonly plans: EntryPlan[];
  readonly files: NewFile[];
}

function batchesOf(plans: readonly EntryPlan[]): Batch[] {
  const batches: Batch[] = [];
  const open = new Map<string, Batch & { size: number }>();
  for (const plan of plans) {
    if (!plan.below) continue;
    const { folder, above, file } = plan.below;
    let batch = open.get(folder);
    const isFull =
      batch &&
      (batch.files.length >= maxBatchFiles || batch.size + file.bytes.length > maxBatchBytes);
    if (!batch || isFull) {
      batch = { folder, above, plans: [], files: [], size: 0 };
      open.set(folder, batch);
      batches.push(batch);
    }
    batch.plans.push(plan);
    batch.files.push(file);
    batch.size += file.bytes.length;
  }
  return batches;
}

function folderSteps(plans: readonly EntryPlan[], attributes: FileAttributes): ApplyStep[] {
  const scripts: Sh[] = [];
  let made: EntryPlan[] = [];
  const flush = () => {
    if (made.length > 0) scripts.push(makeFolders(made, attributes));
    made = [];
  };
  for (const plan of plans) {
    if (plan.makes !== undefined) made.push(plan);
    else {
      flush();
      scripts.push(...plan.steps.map(({ script }) => script));
    }
  }
  flush();
  return scripts.length > 0 ? [{ script: joinSh(scripts, ' &&\n') }] : [];
}

/** New folders of one change are all alike. */
function makeFolders(plans: readonly EntryPlan[], { owner, group }: FileAttributes): Sh {
  const groups = wordGroups(plans.map(({ makes }) => pathWord(makes!)));
  const mode = modeText(plans[0]!.after.mode);
  const lines = [
    ...groups.map((words) => sh`(umask 022; mkdir -p ${words})`),
    ...(owner === undefined && group === undefined
      ? []
      : groups.map((words) => sh`chown ${ownerWord(owner, group)} ${words}`)),
    ...groups.map((words) => sh`chmod ${mode} ${words}`),
  ];
  return rawSh(lines.map(({ text }) => text).join(' &&\n'));
}
