import { resolve } from 'node:path/posix';
import {
  type Decision,
  defineModule,
  type Observation,
  path,
  predict,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { type Identity, identify } from './identity.ts';
import { releaseParameters } from './parameters.ts';
import { assumeAbsent, newLink, type PathState } from './states.ts';

export interface ReleaseCurrentArgs {
  readonly artifact: string;
  readonly sha256?: string;
  readonly id?: string;
  readonly url?: string;
  readonly root: string;
}

type Seen = { current: PathState; previous: PathState };
/** `old`: what `current` leads to, where it leads anywhere. */
type Asked = Seen & { readonly old?: PathState };

/** Switches `current` to a release: at every moment it leads to the old one or to the new one. */
export const releaseCurrentModule = defineModule({
  name: 'release_current',
  summary: 'Switches the link `current` to a release by one rename.',
  args: Type.Object({
    ...releaseParameters,
    url: Type.Optional(Type.String({ description: 'Set where hosts fetch the archive.' })),
    root: Type.String({ description: 'Folder of the application.' }),
  }),
  examples: ['- release_current:\n    root: /srv/foobar\n    artifact: foobar.tar.gz'],
  returns: { release: 'The release.', previous: 'The one before; empty where there is none.' },
  prepare: async (args, controller) => ({ identity: await identify(args, controller) }),
  observe: (args) => ({
    current: path(`${args.root}/current`),
    previous: path(`${args.root}/previous`),
  }),
  refine: ({ root }, { current }): Record<string, Observation<unknown>> =>
    current.exists && current.type === 'link' && current.target
      ? { old: path(resolve(root, current.target)) }
      : {},
  decide: (args, observed) => decideCurrent(args, observed as unknown as Asked),
  decideUnknown: (args, observed) =>
    decideCurrent(
      args,
      assumeAbsent<Seen>(observed, { current: { exists: false }, previous: { exists: false } }),
    ),
});

export const releaseCurrent = taskOf<ReleaseCurrentArgs>(releaseCurrentModule);

function decideCurrent(
  { root, identity }: ReleaseCurrentArgs & { readonly identity: Identity },
  { current, previous, old: release }: Asked,
): Decision {
  const wanted = `releases/${identity.id}`;
  if (current.exists && current.type !== 'link') {
    return { kind: 'failed', message: `${root}/current is a ${current.type}, not a link` };
  }
  const leadsTo = current.exists ? current.target : undefined;
  // There is no going back to what is not there.
  const old = release?.exists === false && leadsTo !== wanted ? undefined : leadsTo;
  const before = previous.exists ? previous.target : undefined;
  const result = {
    release: identity.id,
    previous: releaseName(old === wanted ? before : (old ?? before)),
  };
  if (old === wanted) {
    return { kind: 'unchanged', reason: `${root}/current leads to ${wanted}`, result };
  }
  return {
    kind: 'change',
    summary: `${root}/current: ${leadsTo ?? 'absent'} → ${wanted}`,
    diff: [
      { header: `${root}/current`, before: leadsTo ? `${leadsTo}\n` : '', after: `${wanted}\n` },
    ],
    apply: [{ script: switchScript(root, wanted, old) }],
    touches: [path(`${root}/current`), path(`${root}/previous`), path(`${root}/${wanted}`)],
    predicts: [
      predict(path(`${root}/current`), newLink(wanted)),
      ...(old === undefined ? [] : [predict(path(`${root}/previous`), newLink(old))]),
    ],
    result,
    verify: true,
  };
}

/** The release gets the time of its switch, by which releases are kept. */
function switchScript(root: string, wanted: string, old: string | undefined) {
  return sh`cd ${root} || exit 1
wanted=${wanted} old=${old ?? ''}
[ -d "$wanted" ] || { printf 'there is no release %s in %s\\n' "$wanted" "$PWD" >&2; exit 1; }
put() { rm -f ".$2.new" && ln -s "$1" ".$2.new" && mv -fT ".$2.new" "$2"; }
touch "$wanted" || exit 1
if [ -n "$old" ]; then put "$old" previous || exit 1; fi
put "$wanted" current || exit 1
sync . 2>/dev/null || sync`;
}

function releaseName(target: string | undefined): string {
  return target?.replace(/^.*\//, '') ?? '';
}
