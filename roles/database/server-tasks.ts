import {
  apt,
  bringsDirectory,
  bringsFile,
  bringsNo,
  bringsUnit,
  bringsUser,
  type Prediction,
  type RoleContext,
  type RoleNode,
  systemd,
  template,
} from 'rolecall';
import { copiesFiles, donorAccountTasks } from './donor-tasks.ts';
import type { DatabaseParams } from './params.ts';
import { provisioningMark } from './provision-dump.ts';
import { serverCnf, serverCnfCheck, serverCnfPath } from './server-cnf.ts';
import { declaredSettings } from './settings.ts';
import { databaseSettings } from './settings-module.ts';
import { serviceOf } from './sql.ts';

/** The server is installed, configured and runs as configured. */
export function serverTasks({ params, host }: RoleContext<DatabaseParams>): readonly RoleNode[] {
  const { engine } = params;
  const settings = declaredSettings(params, host);
  return [
    apt('Install the database server', { name: packagesOf(params) }, { brings: broughtBy(params) }),
    ...donorAccountTasks(params),
    template('Configure the database server', {
      dest: serverCnfPath(engine),
      content: serverCnf(engine, settings),
      owner: 'root',
      group: 'root',
      mode: '0644',
      validate: serverCnfCheck(engine),
    }),
    // What a promotion masked has been refused before.
    systemd('Start the database server at boot', {
      ...{ name: serviceOf(engine), enabled: true, masked: false },
    }),
    databaseSettings(
      'Run with the declared settings',
      { engine, settings },
      // One after the other: a restart is an outage of the host's server.
      { throttle: 1, ours: true },
    ),
  ];
}

function packagesOf(params: DatabaseParams): string | string[] {
  if (params.engine === 'mysql') return 'mysql-server';
  return copiesFiles(params)
    ? ['mariadb-server', 'mariadb-backup', 'openssh-client']
    : 'mariadb-server';
}

function broughtBy(params: DatabaseParams): readonly Prediction[] {
  const { engine, backup } = params;
  const copies = copiesFiles(params);
  return [
    bringsUnit(serviceOf(engine)),
    ...bringsUser('mysql', '/nonexistent', '/bin/false'),
    bringsDirectory('/etc/mysql'),
    bringsDirectory('/var/lib/mysql', { owner: 'mysql', group: 'mysql', mode: 0o700 }),
    bringsNo(provisioningMark),
    ...(copies ? [bringsFile('/usr/bin/ssh', { mode: 0o755 })] : []),
    // Backups and copies have made it before.
    ...(backup || copies ? [] : [bringsNo('/etc/rolecall')]),
  ];
}
