import type { RoleContext, RoleNode } from 'rolecall';
import { provisionOf, serviceAccounts } from './accounts.ts';
import { databaseFollow } from './follow-module.ts';
import { databaseLeftovers } from './leftovers-module.ts';
import type { DatabaseParams } from './params.ts';
import { databaseProvision } from './provision-module.ts';
import { secondsOf } from './quantities.ts';
import { databaseSchema } from './schema-module.ts';
import { declaredSettings } from './settings.ts';
import { databaseSettings } from './settings-module.ts';
import { stateOf } from './topology-tasks.ts';
import { databaseUser } from './user-module.ts';
import { databaseWrites } from './writes-module.ts';

/** On the primary: writes are opened, then accounts and databases are made; replication carries them on. */
export function primaryTasks({ params }: RoleContext<DatabaseParams>): readonly RoleNode[] {
  const { engine, databases, users } = params;
  return [
    databaseWrites('Open the primary for writes', {
      engine,
      open: true,
      withoutSemiSync: params.semiSync.enabled,
    }),
    ...serviceAccounts(params).map((account) =>
      databaseUser(`Make the account ${account.name} of replication`, { engine, ...account }),
    ),
    databaseLeftovers('Remove what old installations left behind', {
      engine,
      keepTest: databases.some(({ name }) => name === 'test'),
    }),
    ...databases.map((database) =>
      databaseSchema(`Make the database ${database.name}`, { engine, ...database }),
    ),
    ...users.map((user) =>
      databaseUser(`Make the user ${user.name}@${user.host}`, { engine, ...user }),
    ),
  ];
}

/** On the primary, once replicas follow: from here on a commit waits for them. */
export function semiSyncTasks({ params, host }: RoleContext<DatabaseParams>): readonly RoleNode[] {
  const { engine, semiSync } = params;
  if (!semiSync.enabled) return [];
  const settings = declaredSettings(params, host).filter(({ name }) =>
    name.startsWith('rpl_semi_sync'),
  );
  return [
    databaseSettings('Wait for replicas at each commit', { engine, settings }, { ours: true }),
  ];
}

/** On a replica: read-only, with the primary's data, following it. */
export function replicaTasks({ params, fleet }: RoleContext<DatabaseParams>): readonly RoleNode[] {
  const { engine, primary, replication, semiSync } = params;
  if (!replication) return [];
  const address = fleet.hosts.find(({ name }) => name === primary)?.address ?? primary;
  const { user, password, tls, getSourcePublicKey, connectRetry, retryCount } = replication;
  return [
    databaseWrites('Make the replica read-only', { engine, open: false }),
    databaseProvision(
      "Give the replica the primary's data",
      {
        engine,
        how: provisionOf(params),
        donor: primary,
        address,
        user,
        password,
        tls,
        donorState: stateOf(primary),
      },
      // A primary is cloned by one at a time.
      { throttle: 1 },
    ),
    databaseFollow('Follow the primary', {
      engine,
      source: primary,
      address,
      user,
      password,
      tls,
      getSourcePublicKey,
      connectRetry: Math.max(1, Math.round(secondsOf(connectRetry))),
      retryCount,
      semiSync: semiSync.enabled,
    }),
  ];
}
