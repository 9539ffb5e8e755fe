import { guardScript } from './boot-guard-script.ts';

/** Where the parts are on a member. */
export const backupScript = '/usr/local/sbin/rolecall-backup';
export const restoreTestScript = '/usr/local/sbin/rolecall-backup-test';
export const backupConf = '/etc/rolecall/backup.conf';
export const backupKey = '/etc/rolecall/backup-key';
export const backupKnownHosts = '/etc/rolecall/backup-known-hosts';

/**
 * The program that takes backups on a member, in POSIX sh. One is one file: comments with the GTID
 * position and the checksums of all tables, then the dump. It never has its final name before it is
 * complete, here and at its destination.
 */
export function backupProgram(): string {
  return program;
}

const program = String.raw`#!/bin/sh
# rolecall-backup take       takes a backup now and sends it to its destination
# rolecall-backup scheduled  the same, on the member that is elected
# rolecall-backup elect      who that is: the first replica that works, by name; alone, the primary
# rolecall-backup choose     the same from the facts of rolecall-boot-guard on stdin
# rolecall-backup get NAME FILE   fetches a backup, or the latest one, and checks its sha256
# rolecall-backup list       what there is at the destination
# rolecall-backup size NAME  name of a backup, or of the latest one, its bytes, and those of what is in it
# rolecall-backup test       whether the latest one can be restored
# rolecall-backup resume     lets the applier go on where a backup that was killed paused it
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
. ${backupConf}
if [ "$engine" = mariadb ]; then client=mariadb dumper=mariadb-dump gtid=@@GLOBAL.gtid_current_pos
else client=mysql dumper=mysqldump gtid=@@GLOBAL.gtid_executed; fi

fail() { echo "rolecall-backup: $*" >&2; exit 1; }

here() { "$client" --no-defaults --user=root --socket=/run/mysqld/mysqld.sock --batch --raw --skip-column-names "$@"; }

store() {
  ssh -F none -i ${backupKey} -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=10 \
    -o ServerAliveInterval=10 -o StrictHostKeyChecking=accept-new \
    -o UserKnownHostsFile=${backupKnownHosts} "$destination" "$@"
}

choose() {
  awk '
    $1 == "self" { self = $2; following = $5; if ($5 != "none") names[++count] = $2 }
    $1 == "peer" { peers++ }
    $1 == "peer" && $3 != "unreachable" && $5 != "none" { names[++count] = $2 }
    END {
      if (self == "") { print "this server does not answer" | "cat 1>&2"; exit 1 }
      if (count == 0 && peers == 0) { print self; exit }
      if (count == 0) { print "no replica can be asked, and backups are not taken on a primary that has replicas" | "cat 1>&2"; exit 1 }
      first = names[1]
      for (i = 2; i <= count; i++) if (names[i] < first) first = names[i]
      print first
    }'
}

elect() { ${guardScript} facts | choose; }

databases() {
  here -e "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN
    ('mysql', 'sys', 'information_schema', 'performance_schema', 'rolecall') ORDER BY 1"
}

# The applier stands still meanwhile, so that dump, position and checksums are of one moment. The
# receiver goes on: nothing that the primary commits is at risk.
pause() {
  here -E --column-names -e 'SHOW REPLICA STATUS' | grep -q 'SQL_Running: Yes' || return 0
  trap resume EXIT
  trap 'exit 1' HUP INT TERM
  : >.paused
  here -e 'STOP REPLICA SQL_THREAD' || fail 'the applier cannot be paused'
  # Whatever ends this program, the applier goes on.
  setsid -f sh "$0" outlive $$ "$folder" </dev/null >/dev/null 2>&1 9>&-
}

resume() {
  [ ! -e .paused ] || here -e 'START REPLICA SQL_THREAD'
  rm -f .paused
}

outlive() { # PID FOLDER
  cd "$2" || exit 1
  while kill -0 "$1" 2>/dev/null; do sleep 2; done
  resume
}

checksums() {
  here -e "SELECT CONCAT('CHECKSUM TABLE \`', REPLACE(table_schema, '\`', '\`\`'), '\`.\`', REPLACE(table_name, '\`', '\`\`'), '\`;')
    FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN
    ('mysql', 'sys', 'information_schema', 'performance_schema', 'rolecall') ORDER BY table_schema, table_name" | here
}

dump() {
  options='--single-transaction --quick --routines --events --triggers --hex-blob'
  [ "$engine" = mariadb ] || options="$options --set-gtid-purged=ON --no-tablespaces"
  "$dumper" --no-defaults --user=root --socket=/run/mysqld/mysqld.sock $options --databases $(databases)
}

contents() {
  echo "-- rolecall backup of $name"
  position=$(here -e "SELECT REPLACE($gtid, '\n', '')") || return 1
  echo "-- rolecall gtid $position"
  sums=$(checksums) || return 1
  dump || return 1
  after=$(here -e "SELECT REPLACE($gtid, '\n', '')") || return 1
  # Only what did not move meanwhile can be compared later.
  [ "$after" != "$position" ] || printf '%s\n' "$sums" | sed 's/^/-- rolecall checksum /'
  echo '-- rolecall end'
}

take() {
  began=$(date +%s)
  mkdir -p "$folder" && cd "$folder" || exit 1
  exec 9>.lock
  flock -n 9 || fail 'another backup is being taken'
  rm -f ./*.partial
  [ -n "$(databases)" ] || fail 'there is no database to back up'
  resume
  pause
  file=$(date -u +%Y%m%dT%H%M%SZ)-$name.sql.gz
  { contents 2>>.errors.partial; echo $? >.status.partial; } | gzip -6 >"$file.partial" || fail 'gzip failed'
  resume
  [ "$(cat .status.partial)" = 0 ] || fail "the dump failed: $(tail -n 3 .errors.partial)"
  [ "$(gzip -dc "$file.partial" | tail -n 1)" = '-- rolecall end' ] || fail 'the dump is not complete'
  sync "$file.partial"
  mv "$file.partial" "$file"
  rm -f ./.*.partial
  sum=$(sha256sum <"$file") sum=\${sum%% *}
  store put "$file" "$sum" <"$file" >.store.partial || fail "$destination did not take it; it is in $folder"
  for old in *.sql.gz; do [ "$old" = "$file" ] || rm -f "$old"; done
  tables=$(gzip -dc "$file" | grep -c '^-- rolecall checksum ')
  position=$(gzip -dc "$file" | sed -n '2s/^-- rolecall gtid //p')
  echo "file=$file"
  echo "sha256=$sum"
  echo "bytes=$(stat -c %s "$file")"
  echo "tables=$tables"
  echo "gtid=$position"
  echo "seconds=$(($(date +%s) - began))"
  rm -f .store.partial
}

get() { # NAME FILE
  store get "$1" >"$2.partial" || fail "$destination has no backup '$1'"
  read -r sum file <"$2.partial" || fail 'nothing came'
  tail -n +2 "$2.partial" >"$2.content.partial" && rm -f "$2.partial"
  [ "$(sha256sum <"$2.content.partial")" = "$sum  -" ] || fail "$file arrived damaged"
  mv "$2.content.partial" "$2"
  echo "file=$file"
  echo "sha256=$sum"
}

case \${1:-} in
  take) take ;;
  scheduled)
    elected=$(elect) || exit 1
    [ "$elected" = "$name" ] || { echo "$elected takes it"; exit 0; }
    take
    ;;
  elect) elect ;;
  choose) choose ;;
  outlive) outlive "$2" "$3" ;;
  resume) cd "$folder" && resume ;;
  get) get "$2" "$3" ;;
  list) store list ;;
  size) store size "$2" ;;
  test) exec ${restoreTestScript} now ;;
  *) sed -n '2,10s/^# //p' "$0" >&2; exit 2 ;;
esac
`.replaceAll('\\${', '${');
