import { file, type RoleContext, type RoleNode, systemd, template } from 'rolecall';
import { guardAccount } from './accounts.ts';
import { guardConf, guardLogin, guardProgram, guardScript } from './boot-guard-script.ts';
import { guardUnit, guardUnitText } from './boot-guard-unit.ts';
import { type DatabaseParams, databasePort, memberNames } from './params.ts';
import { addressesOf } from './promotion.ts';
import { recordOf } from './promotion-plan.ts';
import { databaseRecord } from './promotion-record.ts';

type Context = RoleContext<DatabaseParams>;

const owner = { owner: 'root', group: 'root' };

/** On every member: what opens writes after a boot, on the primary only. Needs no running server. */
export function guardTasks({ params, host }: Context): readonly RoleNode[] {
  const { engine } = params;
  const account = guardAccount(params);
  return [
    file('Make the folder of the boot guard', {
      ...{ path: '/etc/rolecall', state: 'directory', mode: '0755' },
      ...owner,
    }),
    template('Write what the boot guard is to know', {
      dest: guardConf,
      content: `engine=${engine}\nname=${host.name}\nport=${databasePort}\nsemi_sync=${params.semiSync.enabled ? 'on' : 'off'}\n`,
      mode: '0644',
      ...owner,
    }),
    ...(account
      ? [
          template('Write the login of the boot guard', {
            dest: guardLogin,
            content: loginText(account.user, account.password),
            mode: '0600',
            ...owner,
          }),
        ]
      : []),
    template('Write the boot guard', {
      dest: guardScript,
      content: guardProgram(),
      mode: '0755',
      validate: '/bin/sh -n %s',
      ...owner,
    }),
    template('Write the unit of the boot guard', {
      dest: `/etc/systemd/system/${guardUnit}.service`,
      content: guardUnitText(engine),
      mode: '0644',
      ...owner,
    }),
    systemd('Start the boot guard with the server', {
      name: guardUnit,
      enabled: true,
      daemon_reload: true,
    }),
  ];
}

/**
 * On the primary, once it takes writes: records that it is the primary. Fails where the record names
 * another: then that one was promoted, and the inventory is old.
 */
export function recordTasks({ params, host, fleet }: Context): readonly RoleNode[] {
  const { engine, primary } = params;
  if (host.name !== primary) return [];
  const addresses = addressesOf(memberNames(params), fleet);
  return [
    databaseRecord('Record the primary', {
      engine,
      primary,
      members: recordOf(Object.keys(addresses), addresses),
    }),
  ];
}

/** An option file; in quotes a backslash is an escape. */
function loginText(user: string, password: string): string {
  const quoted = password.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `# Written by rolecall (role database).\n[client]\nuser=${user}\npassword="${quoted}"\nloose-get-server-public-key\n`;
}
