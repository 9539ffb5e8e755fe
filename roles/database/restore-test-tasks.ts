import { type RoleNode, type RoleTask, systemd, template } from 'rolecall';
import type { BackupParams } from './backup-params.ts';
import { restoreTestScript } from './backup-script.ts';
import { backupTimerText } from './backup-units.ts';
import { restoreTestProgram } from './restore-test-script.ts';
import { restoreTestServiceText, restoreTestUnit } from './restore-test-units.ts';

const owner = { owner: 'root', group: 'root' };

/** What a member needs to test backups by itself. */
export function restoreTestTasks({ restoreTest }: BackupParams): RoleNode[] {
  if (!restoreTest) return [];
  const unit = (name: string) => `/etc/systemd/system/${restoreTestUnit}.${name}`;
  return [
    restoreTestProgramTask(restoreTest.folder),
    template('Write the service for tests of backups', {
      dest: unit('service'),
      content: restoreTestServiceText(),
      mode: '0644',
      ...owner,
    }),
    template('Write the timer for tests of backups', {
      dest: unit('timer'),
      content: backupTimerText(restoreTest.schedule, 'tested'),
      mode: '0644',
      ...owner,
    }),
    systemd('Test backups when it is time', {
      name: `${restoreTestUnit}.timer`,
      enabled: true,
      state: 'started',
      daemon_reload: true,
    }),
  ];
}

export function restoreTestProgramTask(folder = '/var/tmp'): RoleTask {
  return template('Write the program that tests backups', {
    dest: restoreTestScript,
    content: restoreTestProgram(folder),
    mode: '0755',
    validate: '/bin/sh -n %s',
    ...owner,
  });
}
