import {
  apt,
  block,
  bringsUnit,
  type Completion,
  type Decision,
  defineModule,
  type EntryPoint,
  expression,
  probe,
  type RoleContext,
  type RoleNode,
  type RoleProblem,
  type Static,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { keyValues } from './backup.ts';
import type { BackupParams } from './backup-params.ts';
import { backupScript } from './backup-script.ts';
import { memberTasks } from './backup-tasks.ts';
import { serverUnit } from './boot-guard-unit.ts';
import type { DatabaseParams, databaseParams, Engine } from './params.ts';
import { clientOf } from './promotion-sql.ts';
import { engineArgument, type MemberState } from './promotion-state.ts';
import { stateOf } from './promotion-steps.ts';
import { ownDatabases, restoreMark, restoreProgram } from './restore-script.ts';

const restoreParams = Type.Object({
  restore: Type.String({
    description: 'The backup: its name at the destination, or `latest`.',
    default: 'latest',
    pattern: '^(latest|[A-Za-z0-9][A-Za-z0-9._-]*\\.sql\\.gz)$',
  }),
  force: Type.Boolean({
    description: 'Restore even on a host that has data or is a member of a fleet: it is lost.',
    default: false,
  }),
});

type RestoreParams = DatabaseParams &
  Static<typeof restoreParams> & { readonly backup?: BackupParams };

/** `tasks_from: restore`: restores a backup on a host that has no data, and compares all checksums. */
export const restore = {
  summary: 'Restores a backup on another host and compares the checksums of all tables.',
  params: restoreParams,
  check: ({ params }: RoleContext<RestoreParams>): RoleProblem[] =>
    params.backup
      ? []
      : [{ path: [], message: "the parameter 'backup' is missing: it says where backups are" }],
  tasks: restoreTasks,
} satisfies EntryPoint<typeof databaseParams, typeof restoreParams, unknown>;

const backupNamed = taskOf<{ name: string }>(
  defineModule({
    name: 'database_backup_named',
    summary: 'Looks a backup up at its destination.',
    args: Type.Object({ name: Type.String({ description: 'Its name, or `latest`.' }) }),
    examples: ['- database_backup_named: { name: latest }'],
    returns: { file: 'Its name.' },
    observe: () => ({}),
    decide: ({ name }) => ({
      kind: 'query',
      steps: [{ script: sh`${backupScript} list` }],
      dependsOnEarlierChanges: true,
      complete: ([output]): Completion => {
        if (output!.status !== 0) return { result: {}, failed: output!.stderr.toString().trim() };
        const names = output!.stdout.toString().split('\n').filter(Boolean);
        const file = name === 'latest' ? names.at(-1) : names.find((one) => one === name);
        if (file !== undefined) return { result: { file } };
        const there = names.length > 0 ? `there are ${names.join(', ')}` : 'there is none';
        return { result: {}, failed: `there is no backup '${name}' at the destination; ${there}` };
      },
    }),
  }),
);

const restoredArgs = Type.Object({
  engine: engineArgument,
  file: Type.String({ description: 'Name of the backup.' }),
  folder: Type.String({ description: 'Where it is put meanwhile.' }),
  force: Type.Boolean({ description: 'Whether what is there may be lost.' }),
});

const databaseRestored = taskOf<Omit<Static<typeof restoredArgs>, 'file'> & { file: unknown }>(
  defineModule({
    name: 'database_restored',
    summary: 'Restores a backup into a server without data.',
    args: restoredArgs,
    examples: ['- database_restored: { engine: mysql, file: 20260101T000000Z-db2.sql.gz }'],
    returns: {
      compared: 'Number of tables whose checksums are equal.',
      sha256: 'Of the backup.',
      bytes: 'Its size.',
      gtid: 'The position of which it is.',
      seconds: 'How long it took.',
    },
    observe: ({ engine }) => ({ state: stateOf(engine), present: presentOn(engine) }),
    decide: (args, { state, present }) => decideRestore(args, state, present),
  }),
);

/** What a host has already. */
export interface Present {
  /** The line of the mark; empty where there is none. */
  readonly mark: string;
  readonly databases: readonly string[];
}

/** Pure: never replaces data that nobody said may go. */
export function decideRestore(
  { engine, file, folder, force }: Static<typeof restoredArgs>,
  state: MemberState,
  present: Present,
): Decision {
  const { mark, databases } = present;
  if (!state.running) return { kind: 'failed', message: 'its server does not answer' };
  const isMember = state.source !== '' || state.term > 0;
  if (mark === `restored ${file}` && !isMember && databases.length > 0 && !force) {
    return { kind: 'unchanged', reason: `${file} was restored here` };
  }
  const hasData = databases.length > 0 && !mark.startsWith('restoring ');
  if ((isMember || hasData) && !force) {
    const what = isMember
      ? `it is a member of a fleet${state.source === '' ? '' : `, a replica of ${state.source}`}`
      : `it has databases: ${databases.join(', ')}`;
    return {
      kind: 'failed',
      message: `a backup is not restored here: ${what}`,
      hint: 'Restore it on a host without data, or lose what is there with -e force=true.',
    };
  }
  return {
    kind: 'change',
    summary: `restore ${file}`,
    diff: [],
    apply: [{ script: restoreProgram(engine as Engine, file, folder) }],
    touches: 'everything',
    predicts: [],
    unknownResult: ['compared', 'sha256', 'bytes', 'gtid', 'seconds'],
    verify: false,
    complete: ([output]): Completion => {
      const result = keyValues(output!.stdout.toString());
      if (output!.status !== 0) return { result, failed: output!.stderr.toString().trim() };
      return { result: { ...result, msg: `${file}: ${result.compared} tables are as backed up` } };
    },
  };
}

function presentOn(engine: Engine) {
  const script = sh`head -n 1 ${restoreMark} 2>/dev/null || echo; ${clientOf(engine)} -e ${ownDatabases} 2>/dev/null; exit 0`;
  return probe('restored databases', script, ({ stdout }): Present => {
    const [mark = '', ...databases] = stdout.toString().split('\n');
    return { mark, databases: databases.filter(Boolean) };
  });
}

function restoreTasks(context: RoleContext<RestoreParams>): readonly RoleNode[] {
  const { params } = context;
  const { engine, restore: name, force, backup } = params;
  const server = `${engine === 'mysql' ? 'mysql' : 'mariadb'}-server`;
  return [
    block([
      ...memberTasks(context, backup!),
      apt('Install the server', { name: server }, { brings: [bringsUnit(serverUnit(engine))] }),
    ]),
    block([backupNamed('Find the backup', { name }, { register: 'database_backup' })]),
    block([
      databaseRestored(
        'Restore it and compare the checksums',
        { engine, file: expression('database_backup.file'), folder: backup!.folder, force },
        { register: 'database_restored' },
      ),
    ]),
  ];
}
