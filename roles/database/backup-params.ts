import { type Static, secret, Type } from 'rolecall';

const destination = Type.Object(
  {
    host: Type.String({
      description: 'A host of the inventory that keeps the backups; not one with the data.',
      minLength: 1,
    }),
    path: Type.String({
      description: 'The folder there, absolute.',
      default: '/srv/backups/database',
      pattern: '^/[A-Za-z0-9._/-]+$',
    }),
  },
  { description: 'Where backups go over SSH, with a key that can do nothing else.' },
);

const restoreTest = Type.Object(
  {
    schedule: Type.String({
      description: "When, as systemd's OnCalendar has it.",
      default: 'Sun *-*-* 04:30:00',
      pattern: '^[A-Za-z0-9*~.,:/_ +-]+$',
    }),
    folder: Type.String({
      description:
        "Where the scratch server has its data meanwhile, absolute. With AppArmor the server must be allowed to write there; Debian's profile allows /var/tmp.",
      default: '/var/tmp',
      pattern: '^/[A-Za-z0-9._/-]+$',
      maxLength: 64, // the path of its socket must stay below 108
    }),
  },
  {
    description:
      'Restores the latest backup now and then in a scratch server of the member that is elected, without a network, and compares the checksums of all tables. A test that fails is a failed unit, `rolecall-backup-test`.',
  },
);

/** Of the role's parameter `backup`. */
export const backupParams = Type.Object(
  {
    schedule: Type.Optional(
      Type.String({
        description:
          "When, as systemd's OnCalendar has it: `daily`, `*-*-* 02:30`. Left out: only by playbooks/backup.yml.",
        minLength: 1,
      }),
    ),
    keep: Type.Integer({
      description: 'How many backups are kept; older ones go once a new one has been verified.',
      default: 7,
      minimum: 1,
    }),
    folder: Type.String({
      description: 'The folder on the member that takes it, absolute; it keeps the last one.',
      default: '/var/backups/rolecall',
      pattern: '^/[A-Za-z0-9._/-]+$',
    }),
    destination,
    restoreTest: Type.Optional(restoreTest),
    keySecret: Type.Optional(
      secret(
        'What the key for sending backups is made of, where there is no replication: its password is taken otherwise.',
      ),
    ),
  },
  {
    description:
      'Backups: consistent, taken on a replica where there is one, checked by sha256 wherever they arrive.',
  },
);

export type BackupParams = Static<typeof backupParams>;
