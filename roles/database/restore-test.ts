import {
  block,
  type Completion,
  type Decision,
  defineModule,
  type EntryPoint,
  type RoleContext,
  type RoleNode,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { backupElected, backupProblems, keyValues } from './backup.ts';
import type { BackupParams } from './backup-params.ts';
import { backupScript } from './backup-script.ts';
import { backupTasks } from './backup-tasks.ts';
import type { DatabaseParams, databaseParams } from './params.ts';
import { restoreTestProgramTask } from './restore-test-tasks.ts';

type Params = DatabaseParams & { readonly backup?: BackupParams };

const noParams = Type.Object({});

/** `tasks_from: restore-test`: restores the latest backup in a scratch server and compares all checksums. */
export const restoreTest = {
  summary: 'Tests now whether the latest backup can be restored, on the member that takes backups.',
  params: noParams,
  check: backupProblems,
  tasks: testNow,
} satisfies EntryPoint<typeof databaseParams, typeof noParams, unknown>;

export const backupTestedModule = defineModule({
  name: 'database_backup_tested',
  summary: 'Restores the latest backup in a scratch server and compares all checksums.',
  args: noParams,
  examples: ['- database_backup_tested: {}'],
  returns: {
    file: 'Name of the backup.',
    sha256: 'Of its bytes.',
    tables: 'How many tables were restored.',
    compared:
      'How many checksums were in it, all equal; 0 where writes went on while it was taken.',
    seconds: 'How long it took.',
  },
  observe: () => ({}),
  decide: (): Decision => ({
    kind: 'change',
    summary: 'test the latest backup',
    diff: [],
    apply: [{ script: sh`${backupScript} test` }],
    touches: [],
    predicts: [],
    unknownResult: ['msg', 'file', 'sha256', 'tables', 'compared', 'seconds'],
    verify: false,
    complete: ([output]): Completion => {
      const result = keyValues(output!.stdout.toString());
      if (output!.status !== 0) return { result, failed: output!.stderr.toString().trim() };
      return { result: { ...result, msg: found(result) } };
    },
  }),
});

const backupTested = taskOf<object>(backupTestedModule);

function found({ file, tables, compared, seconds }: Record<string, string>): string {
  return compared === '0'
    ? `${file}: ${tables} tables can be restored; it has no checksums to compare, ${seconds} s`
    : `${file}: ${compared} of ${tables} tables are as backed up, ${seconds} s`;
}

/** What it needs is put there first, so that it works where no tests are declared. */
function testNow(context: RoleContext<Params>): readonly RoleNode[] {
  const isDeclared = context.params.backup?.restoreTest !== undefined;
  return [
    block([...(isDeclared ? [] : [restoreTestProgramTask()]), ...backupTasks(context)]),
    block([backupElected('Ask who tests it', {}, { register: 'database_backup' })]),
    block([
      backupTested(
        'Restore the latest backup in a scratch server and compare the checksums',
        {},
        {
          when: 'database_backup.elected == inventory_hostname',
          register: 'database_backup_tested',
        },
      ),
    ]),
  ];
}
