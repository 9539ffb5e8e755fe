import { backupConf, backupScript } from './backup-script.ts';
import { checksumStatements } from './restore-script.ts';

/** What was found last, on the member that tested. */
export const restoreTestRecord = '/var/lib/rolecall/backup-tested';

/**
 * The program that tests on a member whether the latest backup can be restored, in POSIX sh: in a
 * scratch server of its own below `folder`, without a network, beside the one that serves. What it found
 * is one line of the record, also when a test fails.
 */
export function restoreTestProgram(folder: string): string {
  return program.replaceAll('SCRATCH', folder);
}

const program = String.raw`#!/bin/sh
# rolecall-backup-test now         tests the latest backup of the destination
# rolecall-backup-test scheduled   the same, on the member that is elected
# rolecall-backup-test clear       removes what a test that was killed left behind
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
. ${backupConf}
scratch=SCRATCH work=SCRATCH/rolecall-restore-test record=${restoreTestRecord}
file=- sum=- tables=0 compared=0 reason='it ended too early'
if [ "$engine" = mariadb ]; then client=mariadb server=mariadbd; else client=mysql server=mysqld; fi

fail() {
  reason=$(printf '%s' "$*" | tr -d '[:cntrl:]' | cut -c 1-500)
  echo "rolecall-backup-test: $reason" >&2
  exit 1
}

said() { grep . "$work/said" | tail -n 1 | sed 's/^rolecall-backup: //'; }

# Its log is a file of its own: a profile of AppArmor shuts one that root has opened for it.
blamed() {
  as_mysql cat "$work/tmp/log" >>"$work/log" 2>/dev/null
  grep -a -m 1 ERROR "$work/log" || grep -a . "$work/log" | tail -n 1
}

here() { "$client" --no-defaults --user=root --socket=/run/mysqld/mysqld.sock --batch --raw --skip-column-names "$@"; }

there() { "$client" --no-defaults --user=root --protocol=socket --socket="$work/tmp/sock" --batch --raw --skip-column-names "$@"; }

# Processes with one of these as an argument; of this machine only, not of containers on it.
left() {
  printf '%s\n' "--datadir=$work/data" "$work/backup" |
    grep -azlsxF -f - /proc/[0-9]*/cmdline | cut -d / -f 3 |
    while read -r pid; do [ "/proc/$pid/root" -ef / ] && echo "$pid"; done
}

clear() {
  pids=$(left)
  while [ -n "$pids" ]; do kill -KILL $pids 2>/dev/null; sleep 1; pids=$(left); done
  rm -rf "$work"
}

ended() {
  status=$?
  trap '' HUP INT TERM
  clear
  result=ok
  [ "$status" = 0 ] || result="failed reason=$reason"
  (umask 022 && mkdir -p "\${record%/*}" &&
    printf '%s\n' "tested=$(date -u +%Y-%m-%dT%H:%M:%SZ) backup=$file sha256=$sum tables=$tables compared=$compared result=$result" >"$record.new" &&
    sync "$record.new" && mv "$record.new" "$record") || exit 1
  exit "$status"
}

# What decides how tables can be made is as on the server of this member.
settings() {
  here -e "SELECT CONCAT_WS(' ', CONCAT('--lower-case-table-names=', @@GLOBAL.lower_case_table_names),
    CONCAT('--innodb-page-size=', @@GLOBAL.innodb_page_size),
    CONCAT('--innodb-strict-mode=', @@GLOBAL.innodb_strict_mode),
    CONCAT('--innodb-default-row-format=', @@GLOBAL.innodb_default_row_format),
    CONCAT('--character-set-server=', @@GLOBAL.character_set_server),
    CONCAT('--collation-server=', @@GLOBAL.collation_server))"
}

room() { # a fetch takes twice the size, a fresh server some room of its own
  [ -d "$scratch" ] || fail "there is no folder $scratch"
  answer=$(${backupScript} size latest) || fail "$destination does not answer, or has no backup"
  set -- $answer
  case \${1:-.} in .* | *[!A-Za-z0-9._-]*) fail "$destination names no backup" ;; esac
  case \${2:-.}\${3:-.} in *[!0-9]*) fail "$destination does not say how large $1 is" ;; esac
  file=$1
  needed=$((($2 * 2 + $3 * 3) / 1048576 + 256))
  free=$(($(df -Pk "$scratch" | awk 'NR == 2 { print $4 }') / 1024))
  [ "$free" -ge "$needed" ] || fail "too little room in $scratch for $file: $free MiB are free, $needed MiB are needed"
}

as_mysql() { setpriv --reuid=mysql --regid=mysql --init-groups "$@"; }

start() {
  set -- --no-defaults --datadir="$work/data" --tmpdir="$work/tmp" --log-error="$work/tmp/log" \
    --innodb-buffer-pool-size=64M $(settings)
  [ $# = 11 ] || fail 'the server of this member does not say how it is set'
  if [ "$engine" = mariadb ]; then
    as_mysql mariadb-install-db "$@" --skip-test-db >"$work/log" 2>&1
  else as_mysql "$server" "$@" --initialize-insecure >"$work/log" 2>&1; fi ||
    fail "there can be no scratch server: $(blamed)"
  # Nothing reaches it or happens in it; what it writes need not survive.
  set -- "$@" --skip-networking --skip-log-bin --event-scheduler=OFF --performance-schema=OFF \
    --socket="$work/tmp/sock" --pid-file="$work/tmp/pid" --max-allowed-packet=1G --max-connections=10 \
    --innodb-doublewrite=OFF --innodb-flush-log-at-trx-commit=0
  [ "$engine" = mariadb ] || set -- "$@" --mysqlx=OFF --gtid-mode=ON --enforce-gtid-consistency=ON
  as_mysql "$server" "$@" >"$work/log" 2>&1 &
  started=$! waited=0
  until there -e 'DO 0' 2>/dev/null; do
    kill -0 "$started" 2>/dev/null || fail "the scratch server does not start: $(blamed)"
    [ "$waited" -lt 600 ] || fail "the scratch server does not answer: $(blamed)"
    sleep 1
    waited=$((waited + 1))
  done
}

restored() {
  gzip -dc "$work/backup" | there --max-allowed-packet=1G 2>"$work/said" || fail "$file cannot be restored: $(said)"
  gzip -dc "$work/backup" | grep -a '^-- rolecall ' >"$work/notes"
  [ "$(tail -n 1 "$work/notes")" = '-- rolecall end' ] || fail "$file is not complete"
  sed -n 's/^-- rolecall checksum //p' "$work/notes" | sort >"$work/recorded"
  there <<'SQL' | there | sort >"$work/restored"
${checksumStatements}
SQL
  tables=$(wc -l <"$work/restored") compared=$(wc -l <"$work/recorded")
  [ "$compared" != 0 ] || return 0
  cmp -s "$work/recorded" "$work/restored" ||
    fail "these tables of $file are not as they were backed up: $(diff "$work/recorded" "$work/restored" |
      sed -n 's/^[<>] //p' | cut -f 1 | sort -u | head -n 20 | paste -sd ' ')"
}

examine() {
  clear
  room
  mkdir -m 0711 "$work" && install -d -o mysql -g mysql -m 0700 "$work/data" "$work/tmp" ||
    fail "the folder $work cannot be made"
  cd /
  ${backupScript} get "$file" "$work/backup" >"$work/got" 2>"$work/said" || fail "$(said)"
  sum=$(sed -n 's/^sha256=//p' "$work/got")
  start
  restored
}

# By process id: what outlives a program that was killed would hold a lock on.
alone() {
  exec 9>/run/rolecall-backup-test.lock
  flock 9
  other=$(cat /run/rolecall-backup-test.pid 2>/dev/null)
  [ -z "$other" ] || ! tr '\0' ' ' 2>/dev/null <"/proc/$other/cmdline" | grep -q 'rolecall-backup-test ' || return 1
  echo $$ >/run/rolecall-backup-test.pid
  exec 9>&-
}

now() {
  began=$(date +%s)
  alone || { echo 'rolecall-backup-test: another test is running' >&2; exit 1; }
  trap ended EXIT
  trap 'reason="it was interrupted"; exit 1' HUP INT TERM
  # The server that serves comes first, also when memory is short.
  renice -n 19 -p $$ >/dev/null 2>&1
  ionice -c 3 -p $$ 2>/dev/null
  echo 800 2>/dev/null >/proc/self/oom_score_adj
  examine
  printf '%s\n' "file=$file" "sha256=$sum" "tables=$tables" "compared=$compared" "seconds=$(($(date +%s) - began))"
}

case \${1:-} in
  now) now ;;
  scheduled)
    elected=$(${backupScript} elect) || exit 1
    [ "$elected" = "$name" ] || { echo "$elected tests it"; exit 0; }
    now
    ;;
  clear)
    alone && clear
    ;;
  *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
esac
`.replaceAll('\\${', '${');
