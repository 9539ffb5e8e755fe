import { file, type RoleContext, type RoleNode, template } from 'rolecall';
import { provisionOf } from './accounts.ts';
import { derivedKeyPair } from './backup-key.ts';
import { databaseDonorAccount } from './donor-account-module.ts';
import { donorAuthorizedKeys, donorHome, donorProgram, donorScript } from './donor-script.ts';
import type { DatabaseParams } from './params.ts';
import { copyKey } from './provision-physical.ts';

type Params = Pick<DatabaseParams, 'engine' | 'provision' | 'replicas' | 'replication'>;

const owner = { owner: 'root', group: 'root' };

/** Whether members copy the files of each other's servers. */
export function copiesFiles(params: Params): boolean {
  return (
    provisionOf(params) === 'mariadb-backup' &&
    params.replicas.length > 0 &&
    params.replication !== undefined
  );
}

/**
 * What a member needs to copy the data of another one, and to be copied: after a promotion any may be
 * the donor. The server's own account may not write any of it. Packages come later: until then a dry
 * run knows which paths are there.
 */
export function donorTasks(
  { params }: RoleContext<DatabaseParams>,
  { hasFolder }: { readonly hasFolder: boolean },
): readonly RoleNode[] {
  if (!copiesFiles(params)) return [];
  const key = derivedKeyPair(params.replication!.password, 'database copy');
  const folder = (name: string, path: string) =>
    file(name, { path, state: 'directory', mode: '0755', ...owner });
  return [
    folder('Make the home of who hands out copies', donorHome),
    folder('Make the folder of the key for copies', `${donorHome}/.ssh`),
    template('Let members copy the data', {
      dest: `${donorHome}/.ssh/authorized_keys`,
      content: donorAuthorizedKeys(key.publicKey),
      mode: '0644',
      ...owner,
    }),
    template('Write the program that hands out copies', {
      dest: donorScript,
      content: donorProgram(),
      mode: '0755',
      validate: '/bin/sh -n %s',
      ...owner,
    }),
    ...(hasFolder ? [] : [folder('Make the folder of the role', '/etc/rolecall')]),
    template(
      'Write the key for copies',
      { dest: copyKey, content: key.privateKey, mode: '0600', ...owner },
      { noLog: true },
    ),
  ];
}

/** Once the server is installed: its user is there. */
export function donorAccountTasks(params: Params): readonly RoleNode[] {
  if (!copiesFiles(params)) return [];
  return [databaseDonorAccount('Add the user who hands out copies', {}, { ours: true })];
}
