import { RolecallError } from '../errors.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import { isOutsidePackages, isStaleAfter, normalizePath } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';
import { type PresentPath, readStat, statFormat } from './stat-line.ts';

/** All that is below a folder. */
export interface TreeState {
  readonly exists: boolean;
  /** In the order in which find meets them, a folder before what is in it. */
  readonly entries: readonly TreeEntry[];
  /** Folders that this user may not read. */
  readonly denied: number;
}

export interface TreeEntry extends PresentPath {
  /** Path within the folder: `a/b`. */
  readonly name: string;
}

export interface TreeOptions {
  /** Levels below the folder; all by default. */
  readonly depth?: number;
  /** Take links for what they lead to. */
  readonly follow?: boolean;
}

/** What is below the folder at a path. */
export function tree(path: string, options: TreeOptions = {}): Observation<TreeState> {
  const name = normalizePath(path);
  return { kind: 'tree', key: `${options.depth ?? '-'} ${options.follow ? 'L' : 'P'} ${name}` };
}

export const treeCollector: Collector<TreeState> = {
  kind: 'tree',
  mayBeBrought: (state, key) => !state.exists && !isOutsidePackages(partsOf(key).path),
  staleAfter: (key, touched) => isStaleAfter('tree', key, touched),
  script: (keys) => {
    const asks = keys.map((key) => {
      const { depth, follow, path } = partsOf(key);
      const limit = depth === '-' ? rawSh('') : sh`-maxdepth ${depth}`;
      return sh`ask ${pathWord(path)} ${follow} ${limit}`.text;
    });
    return rawSh(`${functions}\n${asks.join('\n')}`);
  },
  overlay: (state, key, predictions) => overlayTree(state, partsOf(key), predictions),
  parse: (answer, keys) => {
    const states = readAnswer(answer.stdout.toString('utf8'), keys);
    if (states) return states;
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `the listing of ${keys.map((key) => partsOf(key).path).join(', ')} cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
    });
  },
};

/**
 * ask: `=1` and the folder's own name, then a record for each entry, then `//` alone. Two slashes in a row
 * stand in no path that find prints, so they end names whatever else is in them.
 */
const functions = `
ask() {
  root=$1 follow=$2; shift 2
  if [ ! -d "$root" ]; then printf '=0//\\n//\\n'; return; fi
  printf '=1%s//\\n' "$root"
  start=$root
  if [ "$root" = / ]; then start=/.; fi
  case $follow in L) set -- -L "$start" -mindepth 1 "$@" ;; *) set -- -H "$start" -mindepth 1 "$@" ;; esac
  dereference=; if [ $follow = L ]; then dereference=-L; fi
  denied=$({ find "$@" -print0 | xargs -0 -r stat $dereference -c '${statFormat}|%n//'; } 2>&1 >&3 | grep -c 'find:')
  printf '//%s\\n' "$denied"
} 3>&1`;

function partsOf(key: string): { depth: string; follow: string; path: string } {
  const [, depth, follow, path] = /^(\S+) (\S+) ([\s\S]*)$/.exec(key)!;
  return { depth: depth!, follow: follow!, path: path! };
}

function readAnswer(text: string, keys: readonly string[]): TreeState[] | undefined {
  const states: TreeState[] = [];
  let at = 0;
  while (states.length < keys.length) {
    const headEnd = text.indexOf('//\n', at);
    const head = text.slice(at, headEnd);
    if (headEnd < 0 || !/^=[01]/.test(head)) return undefined;
    at = headEnd + 3;
    const root = head.slice(2) === '/' ? '/.' : head.slice(2);
    const entries: TreeEntry[] = [];
    while (!text.startsWith('//', at)) {
      const end = text.indexOf('//\n', at);
      if (end < 0) return undefined;
      const entry = readEntry(text.slice(at, end), root);
      if (!entry) return undefined;
      entries.push(entry);
      at = end + 3;
    }
    const lineEnd = text.indexOf('\n', at);
    if (lineEnd < 0) return undefined;
    states.push({
      exists: head[1] === '1',
      entries,
      denied: Number(text.slice(at + 2, lineEnd) || 0),
    });
    at = lineEnd + 1;
  }
  return states;
}

function readEntry(record: string, root: string): TreeEntry | undefined {
  const fields = record.split('|');
  const state = readStat(fields.slice(0, 6).join('|'));
  const path = fields.slice(6).join('|');
  if (!state || !path.startsWith(`${root}/`)) return undefined;
  return { ...state, name: path.slice(root.length + 1) };
}

/** What earlier tasks of a dry run make or remove below the folder. */
function overlayTree(
  state: TreeState,
  { path, depth }: { readonly path: string; readonly depth: string },
  predictions: ReadonlyMap<string, unknown>,
): TreeState | Unknown {
  const root = predictions.get(`path\0${path}`);
  if (root instanceof Unknown) return root;
  const exists = isPresent(root) ? root.type === 'directory' : root === undefined && state.exists;
  if (!exists) return { exists: false, entries: [], denied: 0 };
  const entries = new Map(state.entries.map((entry) => [entry.name, entry]));
  const start = `path\0${path === '/' ? '' : path}/`;
  for (const [id, predicted] of predictions) {
    if (!id.startsWith(start)) continue;
    const name = id.slice(start.length);
    if (depth !== '-' && name.split('/').length > Number(depth)) continue;
    if (predicted instanceof Unknown) return predicted;
    if (isPresent(predicted)) entries.set(name, { ...predicted, name });
    else {
      for (const below of entries.keys()) {
        if (below === name || below.startsWith(`${name}/`)) entries.delete(below);
      }
    }
  }
  return { ...state, exists: true, entries: [...entries.values()] };
}

function isPresent(state: unknown): state is PresentPath {
  return (state as PresentPath | undefined)?.exists === true;
}
