import { createReadStream } from 'node:fs';
import { type Decision, defineModule, digest, path, predict, sh, Type, taskOf } from 'rolecall';
import { type Identity, identify } from './identity.ts';
import { releaseParameters } from './parameters.ts';
import { assumeAbsent, type DigestState, newFolder, type PathState } from './states.ts';

export interface ReleasePublishedArgs {
  readonly artifact: string;
  readonly sha256?: string;
  readonly id?: string;
  /** The file on the host. */
  readonly file: string;
}

type Seen = { at: PathState; sum: DigestState };

/** Puts the archive itself where other hosts fetch it; what is there with that checksum is not sent again. */
export const releasePublishedModule = defineModule({
  name: 'release_published',
  summary: 'Puts the archive of a release where other hosts fetch it.',
  args: Type.Object({
    ...releaseParameters,
    file: Type.String({ description: 'The file on the host.' }),
  }),
  examples: [
    '- release_published:\n    artifact: foobar.tar.gz\n    file: /srv/releases/foobar/foobar-3f2a.tar.gz',
  ],
  returns: { file: 'The file.', sha256: 'Its checksum.' },
  prepare: async (args, controller) => ({ identity: await identify(args, controller) }),
  observe: (args) => ({ at: path(args.file), sum: digest(args.file) }),
  decide: (args, observed) => decidePublished(args, observed),
  decideUnknown: (args, observed) =>
    decidePublished(
      args,
      assumeAbsent<Seen>(observed, {
        at: { exists: false },
        sum: { digest: undefined, why: 'absent' },
      }),
    ),
});

export const releasePublished = taskOf<ReleasePublishedArgs>(releasePublishedModule);

function decidePublished(
  args: ReleasePublishedArgs & { readonly identity: Identity },
  { at, sum }: Seen,
): Decision {
  const { sha256, problem, file: source } = args.identity;
  if (problem !== undefined) return { kind: 'failed', message: problem };
  const result = { file: args.file, sha256 };
  const readable = at.exists && at.mode === 0o644;
  if (sum.digest === sha256 && readable) {
    return { kind: 'unchanged', reason: `${args.file} has sha256 ${sha256}`, result };
  }
  const script =
    sum.digest === sha256
      ? sh`chmod 644 ${args.file}`
      : sh`dest=${args.file}
tmp=$(mktemp "\${dest%/*}/.incoming.XXXXXX") || exit 1
trap 'rm -f "$tmp"' EXIT
trap 'exit 143' HUP INT TERM
cat >"$tmp" || exit 1
sum=$(sha256sum <"$tmp")
[ "\${sum%% *}" = ${sha256} ] || { echo 'the archive did not arrive whole' >&2; exit 1; }
chmod 644 "$tmp" || exit 1
sync "$tmp" 2>/dev/null || sync
mv -fT "$tmp" "$dest"`;
  return {
    kind: 'change',
    summary: `${args.file}: ${sum.digest ?? 'absent'} → ${sha256}`,
    diff: [],
    apply: [
      {
        script,
        ...(source && { stdin: { size: source.size, open: () => createReadStream(source.path) } }),
      },
    ],
    touches: [path(args.file), digest(args.file)],
    predicts: [
      predict(path(args.file), { ...newFolder, type: 'file', mode: 0o644 } as PathState),
      predict(digest(args.file), { digest: sha256 }),
    ],
    result,
    verify: true,
  };
}
