import {
  block,
  type Completion,
  type Decision,
  defineModule,
  type EntryPoint,
  type RoleContext,
  type RoleNode,
  type RoleProblem,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import type { BackupParams } from './backup-params.ts';
import { backupScript } from './backup-script.ts';
import { backupTasks } from './backup-tasks.ts';
import type { DatabaseParams, databaseParams } from './params.ts';

type Params = DatabaseParams & { readonly backup?: BackupParams };

const noParams = Type.Object({});

/** `tasks_from: backup`: takes one now, on a replica, and sends it to its destination. */
export const backup = {
  summary: 'Takes a backup now, on a replica where there is one.',
  params: noParams,
  check: backupProblems,
  tasks: backupNow,
} satisfies EntryPoint<typeof databaseParams, typeof noParams, unknown>;

export const backupElected = taskOf<object>(
  defineModule({
    name: 'database_backup_elected',
    summary: 'Asks a member who is to take a backup.',
    args: noParams,
    examples: ['- database_backup_elected: {}'],
    returns: { elected: 'Its name.' },
    observe: () => ({}),
    decide: () => ({
      kind: 'query',
      steps: [{ script: sh`${backupScript} elect` }],
      dependsOnEarlierChanges: true,
      complete: ([output]): Completion => {
        const elected = output!.stdout.toString().trim();
        if (output!.status === 0) return { result: { elected } };
        return { result: {}, failed: output!.stderr.toString().trim() };
      },
    }),
  }),
);

const backupTaken = taskOf<object>(
  defineModule({
    name: 'database_backup_taken',
    summary: 'Takes a backup of the databases of a server.',
    args: noParams,
    examples: ['- database_backup_taken: {}'],
    returns: {
      file: 'Its name at the destination.',
      sha256: 'Of its bytes.',
      bytes: 'Its size.',
      tables: 'How many tables have a checksum in it.',
      gtid: 'The position of which it is.',
      seconds: 'How long it took.',
    },
    observe: () => ({}),
    decide: (): Decision => ({
      kind: 'change',
      summary: 'take a backup',
      diff: [],
      apply: [{ script: sh`${backupScript} take` }],
      touches: [],
      predicts: [],
      unknownResult: ['file', 'sha256', 'bytes', 'tables', 'gtid', 'seconds'],
      verify: false,
      complete: ([output]): Completion => {
        const result = keyValues(output!.stdout.toString());
        if (output!.status === 0) {
          return { result: { ...result, msg: `${result.file}, ${result.bytes} bytes` } };
        }
        return { result, failed: output!.stderr.toString().trim() };
      },
    }),
  }),
);

export function backupProblems({ params }: RoleContext<Params>): RoleProblem[] {
  if (params.backup) return [];
  return [
    {
      path: [],
      message: "the parameter 'backup' is missing: it says where backups go",
      expected: 'backup',
    },
  ];
}

/** What it needs is put there first, so that it works on a fleet set up without backups. */
function backupNow(context: RoleContext<Params>): readonly RoleNode[] {
  const when = 'database_backup.elected == inventory_hostname';
  return [
    block(backupTasks(context)),
    block([backupElected('Ask who takes it', {}, { register: 'database_backup' })]),
    block([backupTaken('Take the backup', {}, { when, register: 'database_backup_taken' })]),
  ];
}

/** `name=value` lines. */
export function keyValues(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => /^(\w+)=(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map((match) => [match[1]!, match[2]!]),
  );
}
