import {
  type Decision,
  defineModule,
  type Observation,
  path,
  predict,
  probe,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { assumeAbsent, type PathState } from './states.ts';

export interface ReleasePruneArgs {
  readonly root: string;
  readonly keep: number;
}

/** What is below `releases`, and which of it some process has open or was started from. */
export interface ReleasesOnHost {
  readonly found: readonly { readonly name: string; readonly switchedAt: number }[];
  readonly inUse: readonly string[];
}

type Seen = { releases: ReleasesOnHost; current: PathState; previous: PathState };

/** Removes the releases that are no longer kept. */
export const releasePruneModule = defineModule({
  name: 'release_prune',
  summary: 'Removes old releases, never one that is current, previous or in use.',
  args: Type.Object({
    root: Type.String({ description: 'Folder of the application.' }),
    keep: Type.Integer({ description: 'How many stay.', minimum: 2, default: 5 }),
  }),
  examples: ['- release_prune:\n    root: /srv/foobar\n    keep: 5'],
  returns: { removed: 'Names of what was removed.' },
  observe: (args) => ({
    releases: releasesOn(args.root),
    current: path(`${args.root}/current`),
    previous: path(`${args.root}/previous`),
  }),
  decide: (args, observed) => decidePrune(args, observed),
  decideUnknown: (args, observed) =>
    decidePrune(
      args,
      assumeAbsent<Seen>(observed, {
        releases: { found: [], inUse: [] },
        current: { exists: false },
        previous: { exists: false },
      }),
    ),
});

export const releasePrune = taskOf<ReleasePruneArgs>(releasePruneModule);

/** Names of the releases that go, and of what a run that was killed left half unpacked. */
export function superfluous(
  { found, inUse }: ReleasesOnHost,
  keep: number,
  inPlace: readonly string[],
): string[] {
  const unfinished = found.filter(({ name }) => name.startsWith('.incoming.'));
  const releases = found.filter(({ name }) => !name.startsWith('.'));
  const rank = ({ name }: { name: string }) => {
    const place = inPlace.indexOf(name);
    return place < 0 ? inPlace.length : place;
  };
  // in a dry run a release that would be switched to has no time yet, or is not there at all
  const ordered = releases.toSorted((a, b) => rank(a) - rank(b) || b.switchedAt - a.switchedAt);
  const absent = inPlace.filter((name) => !releases.some((one) => one.name === name)).length;
  const old = ordered.slice(Math.max(0, keep - absent));
  const kept = new Set([...inPlace, ...inUse]);
  return [...old.filter(({ name }) => !kept.has(name)), ...unfinished]
    .map(({ name }) => name)
    .sort();
}

function decidePrune(args: ReleasePruneArgs, seen: Seen): Decision {
  const inPlace = [...new Set([nameOf(seen.current), nameOf(seen.previous)])].filter(
    (name) => name !== undefined,
  );
  const removed = superfluous(seen.releases, args.keep, inPlace);
  if (removed.length === 0) {
    return {
      kind: 'unchanged',
      reason: `nothing below ${args.root}/releases beyond the ${args.keep} that are kept`,
      result: { removed },
    };
  }
  return {
    kind: 'change',
    summary: `remove ${removed.join(', ')} from ${args.root}/releases`,
    diff: [{ header: `${args.root}/releases`, before: `${removed.join('\n')}\n`, after: '' }],
    apply: [{ script: sh`cd ${`${args.root}/releases`} && rm -rf -- ${removed}` }],
    touches: [
      releasesOn(args.root),
      ...removed.map((name) => path(`${args.root}/releases/${name}`)),
    ],
    predicts: [
      predict(releasesOn(args.root), {
        ...seen.releases,
        found: seen.releases.found.filter(({ name }) => !removed.includes(name)),
      }),
    ],
    result: { removed },
    verify: true,
  };
}

function releasesOn(root: string): Observation<ReleasesOnHost> {
  const folder = `${root}/releases`;
  return probe(
    `releases in ${folder}`,
    sh`cd ${folder} 2>/dev/null || exit 0
find . -mindepth 1 -maxdepth 1 -type d -printf 'found %T@ %P\\n'
readlink /proc/[0-9]*/cwd /proc/[0-9]*/exe /proc/[0-9]*/fd/* 2>/dev/null | grep -F ${`${folder}/`} | sort -u | sed 's/^/used /'
true`,
    ({ stdout }) => readReleases(stdout.toString(), folder),
  );
}

/** Reads what the host says of its releases. */
export function readReleases(text: string, folder: string): ReleasesOnHost {
  const lines = text.split('\n');
  const found = lines.flatMap((line) => {
    const [, time, name] = /^found ([\d.]+) (.+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, switchedAt: Number(time) }];
  });
  const used = lines
    .filter((line) => line.startsWith(`used ${folder}/`))
    .map((line) =>
      line
        .slice(`used ${folder}/`.length)
        .split('/')[0]!
        .replace(/ \(deleted\)$/, ''),
    );
  return { found, inUse: [...new Set(used)] };
}

function nameOf(link: PathState): string | undefined {
  return link.exists && link.type === 'link' ? link.target?.replace(/^.*\//, '') : undefined;
}
