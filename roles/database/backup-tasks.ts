import {
  apt,
  bringsFile,
  file,
  type RoleContext,
  type RoleNode,
  systemd,
  template,
  user,
} from 'rolecall';
import { derivedKeyPair } from './backup-key.ts';
import type { BackupParams } from './backup-params.ts';
import { backupConf, backupKey, backupProgram, backupScript } from './backup-script.ts';
import {
  storeAuthorizedKeys,
  storeHome,
  storeProgram,
  storeScript,
  storeUser,
} from './backup-store.ts';
import { backupServiceText, backupTimerText, backupUnit } from './backup-units.ts';
import { type DatabaseParams, memberNames } from './params.ts';
import { addressesOf } from './promotion.ts';
import { restoreTestTasks } from './restore-test-tasks.ts';

type Context = RoleContext<DatabaseParams & { readonly backup?: BackupParams }>;

const owner = { owner: 'root', group: 'root' };

/**
 * What backups need on a member, and on their destination, which the first member's run makes. None of
 * it needs the server. The package comes last: until then a dry run knows which paths are there.
 */
export function backupTasks(context: Context): readonly RoleNode[] {
  const { params, host } = context;
  const { backup } = params;
  if (!backup) return [];
  return [
    ...(host.name === memberNames(params)[0] ? destinationTasks(context, backup) : []),
    ...timerTasks(backup),
    ...restoreTestTasks(backup),
    ...memberTasks(context, backup),
  ];
}

/** The key that the members log in with at the destination. */
function keyOf({ params }: Context) {
  return derivedKeyPair(
    params.replication?.password ?? params.backup!.keySecret!,
    'database backup',
  );
}

function destinationTasks(context: Context, { destination, keep }: BackupParams): RoleNode[] {
  const there = { delegateTo: destination.host };
  const theirs = { owner: storeUser, group: storeUser };
  return [
    user(
      'Add the user that keeps backups',
      { name: storeUser, system: true, home: storeHome, shell: '/bin/sh', password: '*' },
      there,
    ),
    file(
      'Make the folder of backups',
      { path: destination.path, state: 'directory', mode: '0700', ...theirs },
      there,
    ),
    template(
      'Write the program that keeps backups',
      {
        dest: storeScript,
        content: storeProgram(),
        mode: '0755',
        validate: '/bin/sh -n %s',
        ...owner,
      },
      there,
    ),
    file(
      'Make the folder of the key for backups',
      { path: `${storeHome}/.ssh`, state: 'directory', mode: '0700', ...theirs },
      there,
    ),
    template(
      'Let members send backups',
      {
        dest: `${storeHome}/.ssh/authorized_keys`,
        content: storeAuthorizedKeys(keyOf(context).publicKey, destination.path, keep),
        mode: '0600',
        ...theirs,
      },
      there,
    ),
  ];
}

/** Also on a host on which a backup is restored. */
export function memberTasks(context: Context, { folder, destination }: BackupParams): RoleNode[] {
  const { params, host, fleet } = context;
  const address = addressesOf([destination.host], fleet)[destination.host]!;
  return [
    file('Make the folder of the role', {
      path: '/etc/rolecall',
      state: 'directory',
      mode: '0755',
      ...owner,
    }),
    file('Make the folder of the last backup', {
      path: folder,
      state: 'directory',
      mode: '0700',
      ...owner,
    }),
    template('Write what backups are to know', {
      dest: backupConf,
      content: `engine=${params.engine}\nname=${host.name}\nfolder=${folder}\ndestination=${storeUser}@${address}\n`,
      mode: '0644',
      ...owner,
    }),
    template(
      'Write the key for backups',
      { dest: backupKey, content: keyOf(context).privateKey, mode: '0600', ...owner },
      { noLog: true },
    ),
    template('Write the program for backups', {
      dest: backupScript,
      content: backupProgram(),
      mode: '0755',
      validate: '/bin/sh -n %s',
      ...owner,
    }),
    apt(
      'Install the SSH client for backups',
      { name: 'openssh-client', install_recommends: false },
      { brings: [bringsFile('/usr/bin/ssh', { mode: 0o755 })] },
    ),
  ];
}

function timerTasks({ schedule }: BackupParams): RoleNode[] {
  if (schedule === undefined) return [];
  const unit = (name: string) => `/etc/systemd/system/${backupUnit}.${name}`;
  return [
    template('Write the service for backups', {
      dest: unit('service'),
      content: backupServiceText(),
      mode: '0644',
      ...owner,
    }),
    template('Write the timer for backups', {
      dest: unit('timer'),
      content: backupTimerText(schedule),
      mode: '0644',
      ...owner,
    }),
    systemd('Take backups when it is time', {
      name: `${backupUnit}.timer`,
      enabled: true,
      state: 'started',
      daemon_reload: true,
    }),
  ];
}
