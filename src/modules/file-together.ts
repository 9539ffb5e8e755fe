import type { MergedStep, Together } from './contract.ts';
import type { FilePlan, WantedFile } from './file-plan.ts';
import type { Target } from './file-target.ts';
import { baseOf, parentOf } from './file-touches.ts';
import { type NewFile, placeFiles } from './place-files.ts';
import { fitsArchive } from './tar-archive.ts';

/** How the file of a plan goes together with those of other items: small new files come in one archive. */
export function fileTogether(target: Target, wanted: WantedFile, plan: FilePlan): Together {
  const placement = plan.writes ? placementOf(target, wanted, plan) : undefined;
  return placement ? { merge: placeTogether, part: placement } : {};
}

/** A small file for a folder that is there. */
interface Placement {
  readonly folder: string;
  readonly file: NewFile;
  readonly owner: string | undefined;
  readonly group: string | undefined;
}

function placementOf(
  { real, state, parent }: Target,
  { bytes, sha256, attributes, validate, parentMode }: WantedFile,
  { after }: FilePlan,
): Placement | undefined {
  const name = baseOf(real);
  const isFolderThere = parentMode === undefined || parent.exists;
  const isPlain = bytes && validate === undefined && isFolderThere && fitsArchive(name);
  if (!isPlain || state.exists || state.denied) return undefined;
  const { owner, group } = attributes;
  return { folder: parentOf(real), file: { name, bytes, sha256, mode: after.mode }, owner, group };
}

/** A step for all that have folder and owner in common; alone each is better off with its own. */
function placeTogether(parts: readonly unknown[]): MergedStep[] {
  const placements = (parts as readonly Placement[]).map((part, at) => ({ ...part, at }));
  const alike = Map.groupBy(placements, ({ folder, owner, group }) =>
    JSON.stringify([folder, owner, group]),
  );
  return [...alike.values()].flatMap((some) => {
    if (some.length < 2) return [];
    const { folder, owner, group } = some[0]!;
    const step = placeFiles({ folder, files: some.map(({ file }) => file), owner, group });
    return [{ ...step, of: some.map(({ at }) => at) }];
  });
}
