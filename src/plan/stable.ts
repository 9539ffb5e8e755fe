import type { Observation } from '../observe/observation.ts';
import type { PathState } from '../observe/path.ts';
import type { TreeState } from '../observe/tree.ts';
import type { UnitState } from '../observe/unit.ts';
import { Unknown } from '../values.ts';

/**
 * What of a state says whether somebody has altered the host: not times of access, process ids, places
 * on a disk. Undefined for kinds that differ by themselves; what they come to is in the decision.
 */
export function stablePart(observation: Observation<unknown>, state: unknown): unknown {
  if (state instanceof Unknown) return undefined;
  switch (observation.kind) {
    case 'path':
      return ofPath(state as PathState);
    case 'tree':
      return ofTree(state as TreeState);
    case 'unit':
      return ofUnit(state as UnitState);
    default:
      return restless.has(observation.kind) ? undefined : state;
  }
}

/** Facts hold times and free memory; nobody knows what a probe's script prints; a cache grows old. */
const restless: ReadonlySet<string> = new Set(['facts', 'probe', 'aptCache', 'aptCandidate']);

function ofPath(state: PathState): unknown {
  if (!state.exists) return state;
  const { type, mode, owner, group, size, target } = state;
  return { type, mode, owner, group, target, ...(type === 'file' && { size }) };
}

function ofTree({ exists, denied, entries }: TreeState): unknown {
  const stable = entries.map((entry) => [entry.name, ofPath(entry)] as const);
  return { exists, denied, entries: stable.toSorted(([one], [other]) => (one < other ? -1 : 1)) };
}

function ofUnit({ manager, loadState, activeState, unitFileState, id }: UnitState): unknown {
  return { manager, loadState, activeState, unitFileState, id };
}

/** What was asked, for people: `unit system nginx`, `content /etc/nginx/nginx.conf`. */
export function observationName({ kind, key }: Observation<unknown>): string {
  const shown = kind === 'unit' ? key.replace(/^system /, '') : key;
  return `${kind} ${shown.split('\n')[0]}`;
}
