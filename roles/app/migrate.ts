import { type Decision, defineModule, path, predict, sh, Type, taskOf } from 'rolecall';
import { type Identity, identify } from '../release/identity.ts';
import { releaseParameters } from '../release/parameters.ts';
import { assumeAbsent, newFolder, type PathState } from '../release/states.ts';
import { unitWord } from './unit.ts';

export interface ReleaseMigratedArgs {
  readonly artifact: string;
  readonly sha256?: string;
  readonly id?: string;
  readonly url?: string;
  readonly root: string;
  readonly user: string;
  readonly environmentFiles: readonly string[];
  /** Folders that it may write in. */
  readonly writable: readonly string[];
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** Within a release: its migration has been run to its end. */
const doneFile = '.release-migrated';

/** Runs the migration of a release once, as the service would run: its user, its environment. */
export const releaseMigratedModule = defineModule({
  name: 'release_migrated',
  summary: 'Runs the migration of a release once.',
  args: Type.Object({
    ...releaseParameters,
    url: Type.Optional(Type.String({ description: 'Set where hosts fetch the archive.' })),
    root: Type.String({ description: 'Folder of the application.' }),
    user: Type.String({ description: 'Who runs it.' }),
    environmentFiles: Type.Array(Type.String(), { description: 'Files with variables.' }),
    writable: Type.Array(Type.String(), { description: 'Folders that it may write in.' }),
    command: Type.Array(Type.String(), { description: 'Command and arguments.' }),
    timeoutMs: Type.Integer({ description: 'How long it may take.' }),
  }),
  examples: [
    '- release_migrated:\n    root: /srv/foobar\n    command: [node, server.mjs, migrate]',
  ],
  returns: { stdout: 'What it said.' },
  prepare: async (args, controller) => ({ identity: await identify(args, controller) }),
  observe: (args: ReleaseMigratedArgs & { identity?: Identity }) => ({
    done: path(doneFileOf(args)),
  }),
  decide: (args, { done }) => decideMigrated(args, done),
  decideUnknown: (args, observed) =>
    decideMigrated(
      args,
      assumeAbsent<{ done: PathState }>(observed, { done: { exists: false } }).done,
    ),
});

export const releaseMigrated = taskOf<ReleaseMigratedArgs>(releaseMigratedModule);

function decideMigrated(
  args: ReleaseMigratedArgs & { readonly identity: Identity },
  done: PathState,
): Decision {
  const { root, user, command, identity } = args;
  const file = doneFileOf(args);
  if (done.exists) return { kind: 'unchanged', reason: `${file} is there`, result: {} };
  const folder = `${root}/releases/${identity.id}`;
  const properties = [
    ...args.environmentFiles.map((name) => `EnvironmentFile=${name}`),
    ...args.writable.map((name) => `ReadWritePaths=${unitWord(name)}`),
    ...['NoNewPrivileges=yes', 'ProtectSystem=strict', 'ProtectHome=yes', 'PrivateTmp=yes'],
  ].flatMap((property) => ['-p', property]);
  return {
    kind: 'change',
    summary: `migrate: ${command.join(' ')} of ${identity.id}`,
    diff: [],
    apply: [
      {
        script: sh`systemd-run --quiet --collect --wait --pipe --service-type=exec --uid=${user} --gid=${user} --working-directory=${folder} ${properties} -- ${command} || exit 1
touch ${file}`,
        deadlineMs: args.timeoutMs,
      },
    ],
    touches: [path(file)],
    predicts: [predict(path(file), { ...newFolder, type: 'file', mode: 0o644 } as PathState)],
    unknownResult: ['stdout'],
    complete: ([output]) => {
      const stdout = output!.stdout.toString().trimEnd();
      if (output!.status === 0) return { result: { stdout } };
      const said = output!.stderr.toString().trim() || stdout || `status ${output!.status}`;
      return {
        result: { stdout },
        failed: `the migration of ${identity.id} failed, nothing was switched: ${said}`,
      };
    },
    verify: true,
  };
}

function doneFileOf({ root, identity }: { readonly root: string; readonly identity?: Identity }) {
  return `${root}/releases/${identity!.id}/${doneFile}`;
}
