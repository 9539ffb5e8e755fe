import type { Engine } from './params.ts';
import type { Setting } from './settings.ts';
import { pluginsOf } from './settings.ts';

/** The file of the role: read after those of the packages, which stay as they are. */
export function serverCnfPath(engine: Engine): string {
  return engine === 'mysql'
    ? '/etc/mysql/mysql.conf.d/zz-rolecall.cnf'
    : '/etc/mysql/mariadb.conf.d/zz-rolecall.cnf';
}

/** The server's own check of the file, by itself: what stands in its place now may be broken. */
export function serverCnfCheck(engine: Engine): string {
  return engine === 'mysql'
    ? '/usr/sbin/mysqld --defaults-file=%s --user=mysql --validate-config'
    : '/usr/sbin/mariadbd --defaults-file=%s --user=mysql --verbose --help';
}

/** The text of the configuration file. */
export function serverCnf(engine: Engine, settings: readonly Setting[]): string {
  // Semi-sync variables are there once the plugin is, which the server's check does not load.
  const loose = (name: string) =>
    engine === 'mysql' && name.startsWith('rpl_semi_sync') ? `loose_${name}` : name;
  const lines = [
    '# Written by rolecall, role database. Changes by hand are undone.',
    engine === 'mysql' ? '[mysqld]' : '[mariadbd]',
    ...pluginsOf(engine).map((plugin) => `plugin_load_add = ${plugin}`),
    ...settings.map(({ name, value }) => `${loose(name)} = ${written(value)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** In option files a `#` begins a comment and a backslash an escape, unless quoted. */
function written(value: string): string {
  return /^[\w.,:*/+-]*$/.test(value) ? value : `"${value.replaceAll('\\', '\\\\')}"`;
}
