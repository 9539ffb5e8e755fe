import type { RoleDecision } from 'rolecall';

/** The choices of the role, for its README. */
export const decisions: readonly RoleDecision[] = [
  {
    question: 'Who is the primary',
    answer:
      'All members are asked first. If another one takes writes or is followed, the run is refused before anything changes, with what to do.',
    why: 'After a promotion the inventory may be old; following it blindly would undo the promotion and lose what was written since.',
  },
  {
    question: 'When a server takes writes',
    answer:
      'Every server boots read-only (MySQL: super_read_only). Writes are opened at run time, on the primary only, after the topology was compared.',
    why: 'A primary that died and comes back must never take writes beside its successor.',
  },
  {
    question: 'How changed settings take effect',
    answer:
      'What runs is compared with what is declared: variables that can be set are set at once and are in the file for the next start; for others the server is restarted, one host after the other. On the primary that is an outage of seconds. A variable that is no longer declared keeps its value until the next restart.',
    why: 'A handler would be lost with an interrupted run, and a file that was not loaded looks right. Comparing what runs finds SET GLOBAL by hand, too.',
  },
  {
    question: 'How an empty replica gets its data',
    answer:
      'MySQL: the clone plugin. MariaDB: a dump in one transaction, pulled over the network with the replication account; or its files, with `provision: mariadb-backup`. A server that has data is never overwritten: if the primary has all of it, it is attached, else the run is refused.',
    why: 'Clone and dump need nothing but the port of the database. Copying files needs SSH between members too, and spares a large database the time of loading a dump.',
  },
  {
    question: 'How files are copied',
    answer:
      'The replica logs in at its donor over SSH as `rolecall-donor`, with a key made from the password of replication that can do nothing but start `mariadb-backup`. The account has the number of `mysql`: it reads the data and logs in over the socket, without root. The copy is prepared beside the data, then both change places in one step. The old data go last. A donor that hears nothing of the replica for 30 s ends the copy.',
    why: 'Whatever ends it halfway, the server has its old data or all of the new, and a second run goes on or begins again. A replica that lost power must not keep the locks of the donor.',
  },
  {
    question: 'TLS between members',
    answer:
      'On by default, with the certificates that the servers make themselves. MySQL does not verify them (they name no host); MariaDB verifies them by the password.',
    why: 'Without TLS caching_sha2_password works only while the password is cached, so it breaks later. Without it, getSourcePublicKey must be chosen.',
  },
  {
    question: 'How passwords are compared',
    answer:
      'The stored hash is computed anew from its salt. Nothing is rewritten when it is the same.',
    why: 'Writing a password in each run would be a change in each run, and kicks out nobody who has an old one.',
  },
  {
    question: 'Grants',
    answer:
      'Each user has exactly what is declared: the rest is revoked. An underscore in the name of a database is no wildcard. ALL on *.* is refused, and so is administration for users who may come from everywhere.',
    why: 'Grants given by hand in a hurry are the ones that stay for years.',
  },
  {
    question: 'Semi-synchronous replication',
    answer:
      'Only the primary waits; replicas acknowledge. After a promotion the next run turns waiting on at the new primary. The accounts and databases of a new fleet are made before it is turned on, as nobody is there to acknowledge them.',
    why: 'A replica that is prepared to be the primary waits for acknowledgements of what it applies, until the timeout, at the first write: it is ten seconds behind.',
  },
  {
    question: 'Names of clients',
    answer: 'Not resolved (skip_name_resolve): hosts of users are addresses or patterns of them.',
    why: 'A DNS server that is down must not stop logins.',
  },
];
