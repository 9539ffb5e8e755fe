import { type ApplyStep, rawSh, sh } from 'rolecall';
import type { Engine } from './params.ts';
import type { Donor } from './provision-clone.ts';
import { clientOf, sqlName } from './sql.ts';

/** There while a dump is loaded: what it left behind when it was interrupted is no data. */
export const provisioningMark = '/var/lib/mysql/rolecall-provisioning';

/**
 * Pulls a consistent dump from the donor over the network and loads it as it comes; the position in the
 * donor's history is set last.
 */
export function dumpSteps(
  { engine, ...donor }: Donor & { readonly engine: Engine },
  drop: readonly string[],
): ApplyStep[] {
  const load = sh`umask 077
work=$(mktemp -d /var/tmp/rolecall-provision.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
cat >"$work/donor.cnf"
${rawSh(engine === 'mysql' ? 'mysqldump' : 'mariadb-dump')} --defaults-extra-file="$work/donor.cnf" --all-databases --no-data --no-create-info >/dev/null || exit 1
: >${provisioningMark}
{
printf '%s\\n' ${prepared(engine, drop)}
${dumpCommand(engine)} || : >"$work/failed"
} | ${clientOf(engine)} || exit 1
[ ! -e "$work/failed" ] || exit 1
printf %s ${finished(engine)} | ${clientOf(engine)} || exit 1
rm -f ${provisioningMark}`;
  return [{ script: load, stdin: Buffer.from(donorCnf(engine, donor)) }];
}

/** Local statements must not become history of this server's own. */
function prepared(engine: Engine, drop: readonly string[]): string {
  const drops = drop.map((name) => `DROP DATABASE IF EXISTS ${sqlName(name)};`);
  const statements =
    engine === 'mysql'
      ? ['SET GLOBAL super_read_only = OFF;', ...drops, 'RESET BINARY LOGS AND GTIDS;']
      : ['RESET MASTER;', 'SET SESSION sql_log_bin = 0;', ...drops];
  return statements.join(' ');
}

function dumpCommand(engine: Engine) {
  return engine === 'mysql'
    ? sh`mysqldump --defaults-extra-file="$work/donor.cnf" --all-databases --single-transaction --set-gtid-purged=ON --routines --events --triggers`
    : sh`mariadb-dump --defaults-extra-file="$work/donor.cnf" --all-databases --single-transaction --master-data=2 --gtid --routines --events --triggers | sed 's/^-- \\(SET GLOBAL gtid_slave_pos=\\)/\\1/'`;
}

function finished(engine: Engine): string {
  return engine === 'mysql'
    ? 'FLUSH LOCAL PRIVILEGES; SET GLOBAL super_read_only = ON;'
    : 'FLUSH LOCAL PRIVILEGES;';
}

function donorCnf(engine: Engine, { address, user, password, tls }: Donor): string {
  const quoted = `"${password.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = ['[client]', `host=${address}`, 'port=3306', `user=${user}`, `password=${quoted}`];
  const security = {
    mysql: tls ? 'ssl-mode=REQUIRED' : 'get-server-public-key',
    mariadb: tls ? 'ssl' : 'skip-ssl',
  };
  return `${[...lines, security[engine]].join('\n')}\n`;
}
