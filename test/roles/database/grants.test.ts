import { describe, expect, test } from 'vitest';
import {
  declaredGrants,
  grantLines,
  grantStatements,
  parseGrants,
} from '../../../roles/database/grants.ts';
import type { Grant } from '../../../roles/database/params.ts';

const account = { name: 'app', host: '%' };

function statements(lines: readonly string[], declared: readonly Grant[]): string[] {
  return grantStatements(account, parseGrants('mysql', lines), declaredGrants('mysql', declared));
}

describe('what SHOW GRANTS says', () => {
  test.each<[string, 'mysql' | 'mariadb', string[], string[]]>([
    ['nothing', 'mysql', ['GRANT USAGE ON *.* TO `app`@`%`'], []],
    [
      'a database with an underscore',
      'mysql',
      ['GRANT ALL PRIVILEGES ON `foo\\_x`.* TO `app`@`%` WITH GRANT OPTION'],
      ['ALL, GRANT OPTION ON `foo\\_x`.*'],
    ],
    [
      'columns',
      'mysql',
      ['GRANT SELECT (`id`, `n`), INSERT ON `foo`.`t` TO `app`@`%`'],
      ['INSERT, SELECT (`ID`, `N`) ON `foo`.`t`'],
    ],
    [
      'static and dynamic privileges',
      'mysql',
      [
        'GRANT REPLICATION SLAVE ON *.* TO `repl`@`%`',
        'GRANT BACKUP_ADMIN,CLONE_ADMIN ON *.* TO `repl`@`%`',
      ],
      ['BACKUP_ADMIN, CLONE_ADMIN, REPLICATION SLAVE ON *.*'],
    ],
    [
      'MariaDB',
      'mariadb',
      [
        "GRANT SELECT, REPLICATION CLIENT ON *.* TO `repl`@`%` IDENTIFIED BY PASSWORD '*034' REQUIRE SSL",
      ],
      ['BINLOG MONITOR, SELECT ON *.*'],
    ],
  ])('%s', (_, engine, lines, read) => {
    expect(grantLines(parseGrants(engine, lines).grants)).toEqual(read);
  });

  test('roles', () => {
    const { roles, grants } = parseGrants('mysql', ['GRANT `r`@`%`,`s`@`%` TO `app`@`%`']);
    expect(roles).toEqual(['`r`@`%`', '`s`@`%`']);
    expect(grants.size).toBe(0);
  });
});

describe('what leads to the declared grants', () => {
  test.each<[string, string[], Grant[], string[]]>([
    ['nothing to nothing', ['GRANT USAGE ON *.* TO `app`@`%`'], [], []],
    [
      'the same, written otherwise',
      ['GRANT SELECT, INSERT ON `shop`.* TO `app`@`%`'],
      [{ scope: 'shop.*', privileges: ['insert', 'Select'] }],
      [],
    ],
    [
      'ALL is ALL PRIVILEGES',
      ['GRANT ALL PRIVILEGES ON `a\\_b`.* TO `app`@`%`'],
      [{ scope: 'a_b.*', privileges: ['ALL'] }],
      [],
    ],
    [
      'more',
      ['GRANT SELECT ON `shop`.* TO `app`@`%`'],
      [{ scope: 'shop.*', privileges: ['SELECT', 'INSERT'] }],
      ["GRANT INSERT ON `shop`.* TO 'app'@'%'"],
    ],
    [
      'less',
      ['GRANT SELECT, DROP ON `shop`.* TO `app`@`%` WITH GRANT OPTION'],
      [{ scope: 'shop.*', privileges: ['SELECT'] }],
      ["REVOKE DROP, GRANT OPTION ON `shop`.* FROM 'app'@'%'"],
    ],
    [
      'elsewhere',
      ['GRANT SELECT ON `old`.`t` TO `app`@`%`'],
      [{ scope: 'shop.t', privileges: ['SELECT'] }],
      ["REVOKE SELECT ON `old`.`t` FROM 'app'@'%'", "GRANT SELECT ON `shop`.`t` TO 'app'@'%'"],
    ],
    [
      'less than ALL',
      ['GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%`'],
      [{ scope: 'shop.*', privileges: ['SELECT'] }],
      ["REVOKE ALL ON `shop`.* FROM 'app'@'%'", "GRANT SELECT ON `shop`.* TO 'app'@'%'"],
    ],
    [
      'ALL and passing on, taken away',
      ['GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%` WITH GRANT OPTION'],
      [],
      ["REVOKE ALL ON `shop`.* FROM 'app'@'%'", "REVOKE GRANT OPTION ON `shop`.* FROM 'app'@'%'"],
    ],
    [
      'ALL and passing on, given',
      [],
      [{ scope: 'shop.*', privileges: ['ALL', 'GRANT OPTION'] }],
      ["GRANT ALL ON `shop`.* TO 'app'@'%'", "GRANT GRANT OPTION ON `shop`.* TO 'app'@'%'"],
    ],
    [
      'an underscore that was a wildcard',
      ['GRANT SELECT ON `a_b`.* TO `app`@`%`'],
      [{ scope: 'a_b.*', privileges: ['SELECT'] }],
      ["REVOKE SELECT ON `a_b`.* FROM 'app'@'%'", "GRANT SELECT ON `a\\_b`.* TO 'app'@'%'"],
    ],
    [
      'a table, in whose name it is none',
      [],
      [{ scope: 'a_b.t_u', privileges: ['SELECT'] }],
      ["GRANT SELECT ON `a_b`.`t_u` TO 'app'@'%'"],
    ],
    ['a role', ['GRANT `r`@`%` TO `app`@`%`'], [], ["REVOKE `r`@`%` FROM 'app'@'%'"]],
  ])('%s', (_, lines, declared, expected) => {
    expect(statements(lines, declared)).toEqual(expected);
  });
});
