import { backupScript } from './backup-script.ts';

/** Name of the service and of its timer. */
export const backupUnit = 'rolecall-backup';

export function backupServiceText(): string {
  return `# Written by rolecall (role database).
[Unit]
Description=Takes a backup of the database, on the member that is elected
After=network-online.target

[Service]
Type=oneshot
ExecStart=${backupScript} scheduled
ExecStopPost=-${backupScript} resume
`;
}

/** What was missed while the host was off is done after its boot. */
export function backupTimerText(schedule: string, what = 'taken'): string {
  return `# Written by rolecall (role database).
[Unit]
Description=When backups of the database are ${what}

[Timer]
OnCalendar=${schedule}
Persistent=true

[Install]
WantedBy=timers.target
`;
}
