import type { RoleDecision } from 'rolecall';

/** Of the boot guard, promotion, and backups: for the README. */
export const operationDecisions: readonly RoleDecision[] = [
  {
    question: 'Who opens writes after a boot',
    answer:
      'A guard on the host itself, `rolecall-boot-guard`, and only on the primary that the database records, when another member replicates from it, none takes writes, none follows another, and none has transactions that it lacks. It asks every 2 s until it knows; `rolecall-boot-guard explain` says what it sees.',
    why: 'All hosts may be rebooted with no human, and yet an old primary that comes back must never take writes.',
  },
  {
    question: 'Where it is kept who the primary is',
    answer:
      'In the database: one row in `rolecall.topology` with the primary, the members, and a term that grows with each promotion.',
    why: 'It replicates with the data, so no file on a host can be older than its data; and it is a transaction that an old primary has not.',
  },
  {
    question: 'How a promotion fences the old primary',
    answer:
      'It is closed for writes, the candidate receives all it has, then its server is stopped, masked, and kept off the network by `/etc/mysql/conf.d/zz-rolecall-fenced.cnf`. One that cannot be reached must be said to be gone: `-e old_primary_gone=true`.',
    why: 'Two primaries are worse than none. The file holds where no firewall is installed.',
  },
  {
    question: 'What is lost when the primary is lost',
    answer:
      'Nothing that a replica received: the candidate must have the largest set of received and executed transactions, and applies its relay log to the end first. With semi-sync that is everything acknowledged.',
    why: 'RESET REPLICA ALL deletes relay logs that are not applied.',
  },
  {
    question: 'How an old primary comes back',
    answer:
      '`playbooks/rejoin.yml`: it starts off the network, and is attached when it has nothing that the new primary has not. Otherwise it is refused, or, with `-e reclone=true`, its data are copied anew, in the way that `provision` says. MariaDB does not list its transactions: what is compared is the last one of each server in each domain, and where that cannot tell, it is refused.',
    why: 'One that died while it waited for an acknowledgement has a row too much, which breaks replication.',
  },
  {
    question: 'Where backups are taken and how they travel',
    answer:
      'On the first replica that works, its applier paused so that dump, GTID position and checksums of all tables are of one moment; its receiver goes on. They are pushed over SSH with a key that can do nothing but put, get and list, made from the password of replication.',
    why: 'The primary is not slowed down, nothing acknowledged is at risk, and the timer needs no controller. The key being known before the run, a dry run knows every file.',
  },
  {
    question: 'What is in a backup',
    answer:
      'The databases with routines, events and triggers; neither accounts, which the role makes, nor `rolecall.topology`.',
    why: 'A restored copy must not think that it is a member of the fleet.',
  },
  {
    question: 'How backups are proven',
    answer:
      'With `backup.restoreTest` the member that takes backups fetches the latest one from its destination, restores it in a scratch server without a network below `/var/tmp`, and compares the checksums of all tables with those in the backup. It is refused before anything is fetched where three times what is in the backup does not fit. `/var/lib/rolecall/backup-tested` has what was found.',
    why: "A backup that was never restored is a hope. The server runs as mysql below AppArmor's profile of Debian, which lets it write in /var/tmp; another folder needs a line in /etc/apparmor.d/local/usr.sbin.mysqld.",
  },
];
