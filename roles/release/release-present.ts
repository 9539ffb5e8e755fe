import { createReadStream } from 'node:fs';
import {
  type ApplyStep,
  content,
  type Decision,
  defineModule,
  joinSh,
  type Observation,
  path,
  predict,
  type Sh,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { type Identity, identify } from './identity.ts';
import { releaseParameters } from './parameters.ts';
import {
  assumeAbsent,
  type ContentState,
  newContent,
  newFolder,
  newLink,
  type PathState,
} from './states.ts';

export interface ReleasePresentArgs {
  readonly artifact: string;
  readonly sha256?: string;
  readonly id?: string;
  readonly root: string;
  readonly shared: readonly string[];
  readonly owner: string;
  readonly group: string;
  readonly url?: string;
}

/** Within each release: the checksum of the archive that it came from. */
export const sumFile = '.release-sha256';

type Seen = { folder: PathState; sum: ContentState; [link: `link ${string}`]: PathState };

/** Unpacks a release under its final name, which it has as a whole or not at all. */
export const releasePresentModule = defineModule({
  name: 'release_present',
  summary: 'Unpacks a release into a folder of its own.',
  args: Type.Object({
    ...releaseParameters,
    root: Type.String({ description: 'Folder of the application.' }),
    shared: Type.Array(Type.String(), { description: 'Paths that become links.', default: [] }),
    owner: Type.String({ description: 'Who owns the files.', default: 'root' }),
    group: Type.String({ description: 'The group of the files.', default: 'root' }),
    url: Type.Optional(Type.String({ description: 'Where the host fetches the archive.' })),
  }),
  examples: ['- release_present:\n    root: /srv/foobar\n    artifact: foobar.tar.gz'],
  returns: { release: 'Name of the release.', path: 'Its folder.' },
  prepare: async (args, controller) => ({ identity: await identify(args, controller) }),
  observe: (args): Record<string, Observation<unknown>> => {
    const folder = folderOf(args);
    return {
      folder: path(folder),
      sum: content(`${folder}/${sumFile}`),
      ...Object.fromEntries(args.shared.map((name) => [`link ${name}`, path(`${folder}/${name}`)])),
    };
  },
  decide: (args, observed) => decidePresent(args, observed as unknown as Seen),
  decideUnknown: (args, observed) =>
    decidePresent(
      args,
      assumeAbsent<Seen>(observed as never, {
        folder: { exists: false },
        sum: { bytes: undefined, why: 'absent' },
      }),
    ),
});

export const releasePresent = taskOf<ReleasePresentArgs>(releasePresentModule);

interface Present extends ReleasePresentArgs {
  readonly identity: Identity;
}

function decidePresent(args: Present, seen: Seen): Decision {
  const { identity } = args;
  const folder = folderOf(args);
  const result = { release: identity.id, path: folder };
  if (identity.problem !== undefined) return { kind: 'failed', message: identity.problem };
  if (!seen.folder.exists) return unpacking(args, result);
  const there = seen.sum.bytes?.toString().trim();
  if (seen.folder.type !== 'directory' || there === undefined) {
    return {
      kind: 'failed',
      message: `${folder} is there, but it is no release that was put there whole`,
      hint: `Look what it is, and remove it: rm -r ${folder}`,
    };
  }
  if (there !== identity.sha256) {
    return {
      kind: 'failed',
      message: `the release ${identity.id} is on the host with other content: sha256 ${there} instead of ${identity.sha256}`,
      hint: 'A name stands for one content: give the new content a new id, or none.',
    };
  }
  const missing = args.shared.filter((name) => !isLinked(seen[`link ${name}`], target(args, name)));
  if (missing.length > 0) return linking(args, missing, result);
  return { kind: 'unchanged', reason: `${folder} holds sha256 ${identity.sha256}`, result };
}

function unpacking(args: Present, result: { release: string; path: string }): Decision {
  const folder = folderOf(args);
  const { id, sha256, file } = args.identity;
  const source = file ? `${file.path}, ${file.size} bytes` : args.url!;
  return {
    kind: 'change',
    summary: `${folder}: absent → unpacked from ${source}`,
    diff: [{ header: folder, before: '', after: `sha256: ${sha256}\n` }],
    apply: [unpackStep(args)],
    touches: [...touched(args, folder)],
    predicts: [
      predict(path(folder), newFolder),
      predict(content(`${folder}/${sumFile}`), newContent(`${sha256}\n`)),
      ...args.shared.map((name) => predict(path(`${folder}/${name}`), newLink(target(args, name)))),
    ],
    result: { ...result, release: id },
    verify: true,
  };
}

/** Links that were declared after the release had been unpacked. */
function linking(args: Present, names: readonly string[], result: object): Decision {
  const folder = folderOf(args);
  return {
    kind: 'change',
    summary: `${folder}: ${names.join(', ')} → shared`,
    diff: [],
    apply: [{ script: joinSh([sh`cd ${folder} || exit 1`, ...linkScripts(args, names)]) }],
    touches: [...touched(args, folder)],
    predicts: names.map((name) => predict(path(`${folder}/${name}`), newLink(target(args, name)))),
    result: { ...result } as never,
    verify: true,
  };
}

/**
 * The archive comes on stdin, or from the central place. Nothing of it is read before its checksum has
 * been compared, and the folder gets its name by one rename when all of it is on the disk.
 */
function unpackStep(args: Present): ApplyStep {
  const { id, sha256, file } = args.identity;
  const receive = file ? sh`cat >"$tmp/archive" || exit 1` : fetchScript(args.url!);
  const script = joinSh([
    sh`releases=${`${args.root}/releases`} id=${id}`,
    sh`say() { printf '%s\\n' "$*" >&2; exit 1; }
[ -d "$releases" ] || say "the directory $releases does not exist"
rm -rf "$releases"/.incoming.*
tmp=$(mktemp -d "$releases/.incoming.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' HUP INT TERM`,
    receive,
    sh`sum=$(sha256sum <"$tmp/archive") || exit 1
sum=\${sum%% *}
[ "$sum" = ${sha256} ] || say ${`the archive of ${id} did not arrive whole: its sha256 is not ${sha256} but`} "$sum"
names=$(tar -tf "$tmp/archive") || say 'the archive cannot be read'
if printf '%s\\n' "$names" | grep -qE '^/|(^|/)\\.\\.(/|$)'; then say 'the archive holds paths that lead outside of it'; fi
mkdir "$tmp/content" && cd "$tmp/content" || exit 1
tar -xf "$tmp/archive" --no-same-owner --no-same-permissions || say 'the archive could not be unpacked'
rm -f "$tmp/archive"`,
    ...linkScripts(args, args.shared),
    sh`printf '%s\\n' ${sha256} >${sumFile} || exit 1
chown -R -h ${`${args.owner}:${args.group}`} . && chmod -R u=rwX,go=rX . || exit 1
cd / && { sync -f "$tmp" 2>/dev/null || sync; }
mv -T "$tmp/content" "$releases/$id" || exit 1
touch "$releases/$id"
sync "$releases" 2>/dev/null || sync`,
  ]);
  return {
    script,
    ...(file && { stdin: { size: file.size, open: () => createReadStream(file.path) } }),
  };
}

function fetchScript(url: string): Sh {
  return sh`if command -v curl >/dev/null; then curl -fsS --retry 3 --retry-connrefused -o "$tmp/archive" -- ${url} || say ${`${url} cannot be fetched`}
elif command -v wget >/dev/null; then wget -q -O "$tmp/archive" -- ${url} || say ${`${url} cannot be fetched`}
else say 'neither curl nor wget is installed on the host'; fi`;
}

/** In the folder of a release: what the archive has there gives way to a link. A link on the way is no folder of it. */
function linkScripts(args: ReleasePresentArgs, names: readonly string[]): Sh[] {
  return names.map((name) => {
    const parent = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '.';
    return sh`mkdir -p ./${parent} || exit 1
case $(readlink -f ./${parent})/ in "$(readlink -f .)"/*) ;; *) printf '%s leads out of the release\\n' ${name} >&2; exit 1 ;; esac
rm -rf ./${name} && ln -s ${target(args, name)} ./${name} || exit 1`;
  });
}

function target(args: ReleasePresentArgs, name: string): string {
  return `${args.root}/shared/${name}`;
}

function isLinked(state: PathState | undefined, wanted: string): boolean {
  return state?.exists === true && state.type === 'link' && state.target === wanted;
}

function folderOf(args: { readonly root: string; readonly identity?: Identity }): string {
  return `${args.root}/releases/${args.identity!.id}`;
}

function touched(args: ReleasePresentArgs, folder: string) {
  return [
    path(folder),
    content(`${folder}/${sumFile}`),
    ...args.shared.map((name) => path(`${folder}/${name}`)),
  ];
}
