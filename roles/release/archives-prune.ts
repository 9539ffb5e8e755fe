import {
  type Decision,
  defineModule,
  type Observation,
  predict,
  probe,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { type ReleasesOnHost, readReleases, superfluous } from './release-prune.ts';

export interface ArchivesPruneArgs {
  readonly folder: string;
  readonly application: string;
  /** Name of the archive that is published now. */
  readonly current: string;
  readonly keep: number;
}

/** Removes the archives that no host fetches any more from the central place. */
export const archivesPruneModule = defineModule({
  name: 'archives_prune',
  summary: 'Removes old archives of an application from where they are published.',
  args: Type.Object({
    folder: Type.String({ description: 'Where they are published.' }),
    application: Type.String({ description: 'Whose: their names start with it.' }),
    current: Type.String({ description: 'The one that stays in any case.' }),
    keep: Type.Integer({ description: 'How many stay.', minimum: 2, default: 5 }),
  }),
  examples: [
    '- archives_prune:\n    folder: /srv/releases/foobar\n    application: foobar\n    current: foobar-3f2a9c41d07b.tar.gz',
  ],
  returns: { removed: 'Names of what was removed.' },
  observe: (args) => ({ archives: archivesIn(args.folder, args.application) }),
  decide: (args, { archives }): Decision => {
    const removed = superfluous(archives, args.keep, [args.current]);
    const result = { removed };
    if (removed.length === 0) {
      return {
        kind: 'unchanged',
        reason: `no archives in ${args.folder} beyond the ${args.keep} that are kept`,
        result,
      };
    }
    const found = archives.found.filter(({ name }) => !removed.includes(name));
    const question = archivesIn(args.folder, args.application);
    return {
      kind: 'change',
      summary: `remove ${removed.join(', ')} from ${args.folder}`,
      diff: [{ header: args.folder, before: `${removed.join('\n')}\n`, after: '' }],
      apply: [{ script: sh`cd ${args.folder} && rm -f -- ${removed}` }],
      touches: [question],
      predicts: [predict(question, { ...archives, found })],
      result,
      verify: true,
    };
  },
});

export const archivesPrune = taskOf<ArchivesPruneArgs>(archivesPruneModule);

function archivesIn(folder: string, application: string): Observation<ReleasesOnHost> {
  return probe(
    `archives of ${application} in ${folder}`,
    sh`cd ${folder} 2>/dev/null || exit 0
find . -mindepth 1 -maxdepth 1 -type f '(' -name ${`${application}-*`} -o -name '.incoming.*' ')' -printf 'found %T@ %P\\n'`,
    ({ stdout }) => readReleases(stdout.toString(), folder),
  );
}
