import { type Decision, defineModule, path, Type, taskOf } from 'rolecall';
import { fenceFile } from './promotion-state.ts';

/** Refuses to go on with a server that a promotion fenced: only a rejoin lets it back. */
export const databaseUnfencedModule = defineModule({
  name: 'database_unfenced',
  summary: 'Refuses a server that a promotion fenced.',
  args: Type.Object({ host: Type.String({ description: 'Its host.' }) }),
  examples: ['- database_unfenced: { host: db1 }'],
  returns: {},
  observe: () => ({ fence: path(fenceFile) }),
  decide: ({ host }, { fence }): Decision =>
    fence.exists
      ? {
          kind: 'failed',
          message: `${host} was fenced by a promotion: ${fenceFile} is there`,
          hint: `Attach it as a replica: rolecall run playbooks/rejoin.yml -e host=${host}`,
        }
      : { kind: 'unchanged', reason: 'no promotion has fenced it' },
});

export const databaseUnfenced = taskOf<{ readonly host: string }>(databaseUnfencedModule);
