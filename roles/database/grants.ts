import type { Engine, Grant } from './params.ts';
import { canonicalPrivilege } from './privileges.ts';
import { sqlAccount, sqlName } from './sql.ts';

/** Privileges by where they hold, as the server writes it: `*.*`, `` `db`.* ``, `` `db`.`table` ``. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

/** What SHOW GRANTS tells of an account. */
export interface HeldGrants {
  readonly grants: Grants;
  /** Roles that were granted to it, as SQL text. */
  readonly roles: readonly string[];
}

/** The account of grants. */
interface Account {
  readonly name: string;
  readonly host: string;
}

/** Declared grants in the server's form. An underscore in a database is no wildcard. */
export function declaredGrants(engine: Engine, declared: readonly Grant[]): Grants {
  return new Map(
    declared.map(({ scope, privileges }) => [
      levelOf(scope),
      new Set(
        privileges
          .map((privilege) => canonicalPrivilege(engine, privilege))
          .filter((privilege) => privilege !== 'USAGE'),
      ),
    ]),
  );
}

/** Reads the lines of SHOW GRANTS. */
export function parseGrants(engine: Engine, lines: readonly string[]): HeldGrants {
  const grants = new Map<string, Set<string>>();
  const roles: string[] = [];
  for (const line of lines) {
    const onLevel = /^GRANT (.+?) ON (\*\.\*|`(?:[^`]|``)+`\.(?:\*|`(?:[^`]|``)+`)) TO /.exec(line);
    if (!onLevel) {
      const role = /^GRANT ((?:`[^`]*`(?:@`[^`]*`)?(?:,\s*)?)+) TO /.exec(line)?.[1];
      if (role !== undefined) roles.push(...role.split(/,\s*/));
      continue;
    }
    const [, list = '', level = ''] = onLevel;
    const held = grants.get(level) ?? new Set<string>();
    for (const privilege of splitPrivileges(list)) {
      const word = canonicalPrivilege(engine, privilege);
      if (word !== 'USAGE') held.add(word);
    }
    if (line.includes(' WITH GRANT OPTION')) held.add('GRANT OPTION');
    if (held.size > 0) grants.set(level, held);
  }
  return { grants, roles };
}

/** Statements that lead from what an account has to what is declared; none when it is the same. */
export function grantStatements(account: Account, held: HeldGrants, declared: Grants): string[] {
  const to = sqlAccount(account);
  const statements = held.roles.map((role) => `REVOKE ${role} FROM ${to}`);
  const granting: string[] = [];
  for (const level of new Set([...held.grants.keys(), ...declared.keys()])) {
    const has = held.grants.get(level) ?? new Set<string>();
    const wanted = declared.get(level) ?? new Set<string>();
    const extra = has.difference(wanted);
    // From ALL nothing can be taken away but ALL.
    const left = extra.has('ALL') ? has.intersection(new Set(['GRANT OPTION'])) : has;
    statements.push(...lists(extra).map((list) => `REVOKE ${list} ON ${level} FROM ${to}`));
    const missing = wanted.difference(left);
    granting.push(...lists(missing).map((list) => `GRANT ${list} ON ${level} TO ${to}`));
  }
  return [...statements, ...granting];
}

/** Grants as lines for a diff. */
export function grantLines(grants: Grants): string[] {
  return [...grants].map(([level, privileges]) => `${words(privileges)} ON ${level}`).toSorted();
}

function levelOf(on: string): string {
  const [database = '', table = ''] = on.split('.');
  if (database === '*') return '*.*';
  if (table === '*') return `${sqlName(database.replaceAll('_', '\\_'))}.*`;
  return `${sqlName(database)}.${sqlName(table)}`;
}

/** At commas, but not at those between the columns of a privilege. */
function splitPrivileges(list: string): string[] {
  return list.split(/,\s*(?![^(]*\))/);
}

/** ALL stands alone. */
function lists(privileges: ReadonlySet<string>): string[] {
  const all = privileges.has('ALL') ? ['ALL'] : [];
  const others = words(privileges.difference(new Set(all)));
  return others === '' ? all : [...all, others];
}

function words(privileges: ReadonlySet<string>): string {
  return [...privileges].toSorted().join(', ');
}
