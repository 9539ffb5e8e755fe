import { type Sh, sh } from 'rolecall';
import { backupScript } from './backup-script.ts';
import type { Engine } from './params.ts';
import { clientOf } from './promotion-sql.ts';

/** Says on a host which backup was restored there, or is being: `restored NAME` or `restoring NAME`. */
export const restoreMark = '/etc/rolecall/restored';

/** Databases that are somebody's data. */
export const ownDatabases =
  "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema', 'rolecall') ORDER BY 1";

/** Writes a statement for each of their tables that says its checksum. */
export const checksumStatements =
  "SELECT CONCAT('CHECKSUM TABLE `', REPLACE(table_schema, '`', '``'), '`.`', REPLACE(table_name, '`', '``'), '`;') FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema', 'rolecall')";

/**
 * Fetches a backup, checks its sha256, replaces the databases of the server with those in it, and
 * compares the checksum of every table with the one recorded when it was taken.
 */
export function restoreProgram(engine: Engine, file: string, folder: string): Sh {
  const client = clientOf(engine);
  const copy = `${folder}/restore-${file}`;
  const forget =
    engine === 'mariadb'
      ? 'STOP REPLICA; RESET REPLICA ALL; SET GLOBAL read_only = OFF'
      : 'STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF';
  // MariaDB refuses it where there is no binary log.
  const begin =
    engine === 'mariadb'
      ? sh`${client} -e 'RESET MASTER' 2>/dev/null || :`
      : sh`${client} -e 'RESET BINARY LOGS AND GTIDS'`;
  return sh`set -e
umask 077
began=$(date +%s)
trap 'rm -f "$copy" "$copy".*' EXIT
copy=${copy}
mkdir -p ${folder}
${backupScript} get ${file} "$copy" >"$copy".got
printf 'restoring %s\n' ${file} >${restoreMark}
${client} -e ${forget}
for name in $(${client} -e ${ownDatabases}) rolecall; do ${client} -e "DROP DATABASE IF EXISTS \\\`$name\\\`"; done
${begin}
gzip -dc "$copy" | ${client}
gzip -dc "$copy" | sed -n 's/^-- rolecall checksum //p' | sort >"$copy".recorded
${client} -e ${checksumStatements} | ${client} | sort >"$copy".here
[ -s "$copy".recorded ] || echo compared=0
if [ -s "$copy".recorded ] && ! cmp -s "$copy".recorded "$copy".here; then
  echo 'these tables are not as they were backed up:' >&2
  diff "$copy".recorded "$copy".here | sed -n 's/^[<>] //p' | cut -f 1 | sort -u >&2
  exit 1
fi
[ ! -s "$copy".recorded ] || echo "compared=$(wc -l <"$copy".recorded)"
sed -n 's/^sha256=/sha256=/p' "$copy".got
echo "bytes=$(stat -c %s "$copy")"
echo "gtid=$(gzip -dc "$copy" | sed -n '2s/^-- rolecall gtid //p')"
printf 'restored %s\n' ${file} >${restoreMark}.new
mv ${restoreMark}.new ${restoreMark}
echo "seconds=$(($(date +%s) - began))"`;
}
