import {
  type Edge,
  nearestName,
  type Provision,
  type RoleContext,
  type RoleProblem,
} from 'rolecall';
import type { BackupParams } from './backup-params.ts';
import { type DatabaseParams, memberNames } from './params.ts';

type Params = DatabaseParams & { readonly backup?: BackupParams };

/** A backup beside the data is lost with it. */
export function backupRules({ params, fleet }: RoleContext<Params>): readonly RoleProblem[] {
  const { backup } = params;
  if (!backup) return [];
  const { host, path } = backup.destination;
  const problems: RoleProblem[] = [];
  const known = fleet.hosts.map(({ name }) => name);
  const hasData = memberNames(params).includes(host) || fleet.rolesOf(host).includes('database');
  if (!known.includes(host)) {
    const nearest = nearestName(host, known);
    problems.push({
      path: ['backup', 'destination', 'host'],
      message: `backups are to go to '${host}', which is no host of the inventory`,
      ...(nearest !== undefined && { nearest }),
    });
  } else if (hasData) {
    problems.push({
      path: ['backup', 'destination', 'host'],
      message: `backups are to go to '${host}', which has the data itself: both would be lost together`,
      expected: 'a host without the role database',
    });
  }
  const scratch = backup.restoreTest?.folder;
  for (const [place, folder] of [
    [['destination', 'path'], path],
    [['folder'], backup.folder],
    [['restoreTest', 'folder'], scratch ?? ''],
  ] as const) {
    if (!folder.split('/').includes('..')) continue;
    problems.push({
      path: ['backup', ...place],
      message: `'${folder}' has '..' in it`,
      expected: 'an absolute path without it',
    });
  }
  if (scratch !== undefined && /^\/+var\/+lib\/+mysql(\/|$)/.test(scratch)) {
    problems.push({
      path: ['backup', 'restoreTest', 'folder'],
      message: `'${scratch}' is where the server has its data: it would take the scratch data for a database`,
      expected: 'a folder of its own: /var/tmp',
    });
  }
  if (!params.replication && backup.keySecret === undefined) {
    problems.push({
      path: ['backup'],
      message: "there is no 'replication' from whose password the key for sending backups is made",
      expected: 'keySecret',
    });
  }
  return problems;
}

/** Members send backups over SSH. */
export function backupEdges({ params }: RoleContext<Params>): readonly Edge[] {
  const { backup } = params;
  if (!backup) return [];
  return [
    {
      to: backup.destination.host,
      port: 22,
      protocol: 'tcp',
      purpose: 'backups',
      need: 'backup',
      path: ['backup', 'destination', 'host'],
    },
  ];
}

/** For the audit. */
export function backupProvisions({ params }: RoleContext<Params>): readonly Provision[] {
  const { backup } = params;
  if (!backup) return [];
  const when = backup.schedule === undefined ? 'by hand' : backup.schedule;
  return [
    {
      kind: 'backup',
      what: `${when}, the last ${backup.keep} on ${backup.destination.host}:${backup.destination.path}`,
    },
    ...(backup.restoreTest
      ? [{ kind: 'restore-test' as const, what: backup.restoreTest.schedule }]
      : []),
  ];
}
