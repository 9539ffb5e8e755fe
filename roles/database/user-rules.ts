import { nearestName, type RoleProblem } from 'rolecall';
import { serviceAccounts } from './accounts.ts';
import type { DatabaseParams, DatabaseUser } from './params.ts';
import { canonicalPrivilege, isAdministrative, knownPrivileges } from './privileges.ts';

const builtIn = ['root', 'mysql', 'mariadb.sys', 'debian-sys-maint', 'mysql.sys', 'mysql.session'];
const system = ['mysql', 'sys', 'information_schema', 'performance_schema'];

/** What users and databases may be. */
export function userRules(params: DatabaseParams): RoleProblem[] {
  const problems: RoleProblem[] = [];
  for (const [index, { name }] of params.databases.entries()) {
    const path = ['databases', index, 'name'];
    if (system.includes(name.toLowerCase())) {
      problems.push({ path, message: `'${name}' is a database of the server itself` });
    } else if (params.databases.findIndex((other) => other.name === name) < index) {
      problems.push({ path, message: `database '${name}' is declared twice` });
    }
  }
  const taken = new Map(
    serviceAccounts(params).map((account) => [accountName(account), 'the role itself']),
  );
  for (const [index, user] of params.users.entries()) {
    const path = ['users', index];
    const account = accountName(user);
    const twin = taken.get(account);
    taken.set(account, 'another entry');
    if (builtIn.includes(user.name)) {
      problems.push({ path: [...path, 'name'], message: `'${user.name}' is the server's own` });
    } else if (twin !== undefined) {
      problems.push({
        path: [...path, 'name'],
        message: `user ${account} is declared by ${twin} already`,
      });
    }
    problems.push(...grantRules(params, user, path));
  }
  return problems;
}

function grantRules(
  { engine, databases }: DatabaseParams,
  user: DatabaseUser,
  path: readonly (string | number)[],
): RoleProblem[] {
  const problems: RoleProblem[] = [];
  const names = databases.map(({ name }) => name);
  for (const [index, { scope, privileges }] of user.grants.entries()) {
    const at = [...path, 'grants', index];
    const [database = ''] = scope.split('.');
    if (user.grants.findIndex((other) => other.scope === scope) < index) {
      problems.push({ path: [...at, 'scope'], message: `grants on '${scope}' are given twice` });
    }
    if (database !== '*' && !names.includes(database)) {
      problems.push({
        path: [...at, 'scope'],
        message: `'${scope}': there is no database '${database}' among the declared ones`,
        nearest: nearestName(database, names),
        expected: names.length > 0 ? `one of ${names.join(', ')}` : 'a database that is declared',
      });
    }
    for (const [position, written] of privileges.entries()) {
      const place = [...at, 'privileges', position];
      const privilege = canonicalPrivilege(engine, written);
      const known = knownPrivileges(engine, scope).map((word) => canonicalPrivilege(engine, word));
      if (!known.includes(privilege)) {
        const elsewhere = knownPrivileges(engine, '*.*').includes(privilege);
        problems.push({
          path: place,
          message: elsewhere
            ? `${privilege} is a privilege on the whole server, not on '${scope}'`
            : `'${written}' is no privilege of ${engine}`,
          nearest: elsewhere ? undefined : nearestName(privilege, known),
          expected: elsewhere ? "scope: '*.*'" : undefined,
        });
      } else if (scope === '*.*' && privilege === 'ALL') {
        problems.push({
          path: place,
          message: `${accountName(user)} would be another root: ALL on *.*`,
          expected: 'the privileges that it needs, on the databases that it needs',
        });
      } else if (scope === '*.*' && user.host.includes('%') && isAdministrative(privilege)) {
        problems.push({
          path: place,
          message: `${accountName(user)} may come from many hosts and would have ${privilege} on *.*`,
          expected: 'one address as host, or a privilege on a database',
        });
      }
    }
  }
  return problems;
}

function accountName({ name, host }: Pick<DatabaseUser, 'name' | 'host'>): string {
  return `'${name}'@'${host}'`;
}
