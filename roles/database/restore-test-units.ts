import { restoreTestScript } from './backup-script.ts';

/** Name of the service and of its timer. */
export const restoreTestUnit = 'rolecall-backup-test';

/** What a test that was killed left goes with the unit. */
export function restoreTestServiceText(): string {
  return `# Written by rolecall (role database).
[Unit]
Description=Tests whether the latest backup of the database can be restored, on the member that is elected
After=network-online.target

[Service]
Type=oneshot
ExecStart=${restoreTestScript} scheduled
ExecStopPost=-${restoreTestScript} clear
Nice=19
IOSchedulingClass=idle
`;
}
