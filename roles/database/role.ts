import { block, defineRole, type Edge, type RoleContext } from 'rolecall';
import { backup } from './backup.ts';
import { backupEdges, backupProvisions, backupRules } from './backup-rules.ts';
import { backupTasks } from './backup-tasks.ts';
import { guardTasks, recordTasks } from './boot-guard.ts';
import { primaryTasks, replicaTasks, semiSyncTasks } from './data-tasks.ts';
import { decisions } from './decisions.ts';
import { copiesFiles, donorTasks } from './donor-tasks.ts';
import { examples } from './examples.ts';
import { type DatabaseParams, databaseParams, databasePort } from './params.ts';
import { promote } from './promotion.ts';
import { operationDecisions } from './promotion-decisions.ts';
import { rejoin } from './promotion-rejoin.ts';
import { restore } from './restore.ts';
import { restoreTest } from './restore-test.ts';
import { databaseRules } from './rules.ts';
import { serverTasks } from './server-tasks.ts';
import { topologyTasks } from './topology-tasks.ts';
import { databaseUnfenced } from './unfenced-module.ts';

export default defineRole({
  name: 'database',
  summary: 'MySQL or MariaDB: a primary and its replicas, with databases, users and grants.',
  params: databaseParams,
  examples,
  decisions: [...decisions, ...operationDecisions],
  check: (context) => [...databaseRules(context), ...backupRules(context)],
  publishes: () => [
    {
      name: 'mysql',
      port: databasePort,
      protocol: 'tcp',
      purpose: 'databases',
      reach: 'fleet',
      tls: true,
    },
  ],
  connects: (context) => [...replicationEdges(context), ...backupEdges(context)],
  provides: (context) => [
    {
      kind: 'data',
      what: context.params.databases.map(({ name }) => name).join(', ') || 'databases',
    },
    ...backupProvisions(context),
  ],
  tasks: (context) => {
    const isPrimary = context.host.name === context.params.primary;
    return [
      ...topologyTasks(context, 'before anything changes'),
      databaseUnfenced('Leave a fenced server alone', { host: context.host.name }),
      ...backupTasks(context),
      ...donorTasks(context, { hasFolder: context.params.backup !== undefined }),
      ...serverTasks(context),
      ...topologyTasks(context, 'before writes are opened'),
      // A block each: on all hosts one ends before the next begins.
      block(isPrimary ? [...primaryTasks(context), ...recordTasks(context)] : []),
      block(isPrimary ? [] : replicaTasks(context)),
      block(isPrimary ? semiSyncTasks(context) : []),
      ...guardTasks(context),
    ];
  },
  // Each has parameters of its own, which the type of the record cannot tell.
  entryPoints: { promote, rejoin, backup, restore, 'restore-test': restoreTest } as never,
});

/** A replica talks to the primary, and may copy its files over SSH. */
function replicationEdges({ params, host }: RoleContext<DatabaseParams>): readonly Edge[] {
  if (host.name === params.primary) return [];
  return [
    {
      to: params.primary,
      role: 'database',
      port: databasePort,
      protocol: 'tcp',
      purpose: 'replication',
      need: 'replication',
      path: ['primary'],
    },
    ...(copiesFiles(params)
      ? [
          {
            to: params.primary,
            port: 22,
            protocol: 'tcp' as const,
            purpose: 'copies of the data',
            need: 'copy',
            path: ['provision'],
          },
        ]
      : []),
  ];
}
