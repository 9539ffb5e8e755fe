/** Where the parts of the boot guard are on a member. */
export const guardScript = '/usr/local/sbin/rolecall-boot-guard';
export const guardConf = '/etc/rolecall/boot-guard.conf';
export const guardLogin = '/etc/rolecall/boot-guard.cnf';

/**
 * The program that opens writes after a boot, in POSIX sh. `facts` prints what it sees, one line for
 * this server and one for each other member; `decide` judges such lines and does nothing else;
 * `explain` does both; without a word it goes on until it has decided, and acts.
 *
 *     self NAME TERM PRIMARY SOURCE       source: none, or whom this server replicates from
 *     peer NAME unreachable REASON
 *     peer NAME TERM WRITABLE SOURCE MISSING   source: me, none, or a host; missing: none, or GTIDs
 */
export function guardProgram(): string {
  return program;
}

const program = String.raw`#!/bin/sh
# Opens writes of the database on this host if, and only if, it is the primary. Every member boots
# read-only; who the primary is says the record in rolecall.topology, which replicates with the data:
# a term that grows with each promotion, the name of the primary, and the members.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
. ${guardConf}
login=${guardLogin}
[ "$engine" = mariadb ] && client=mariadb || client=mysql

here() { timeout 10 "$client" --user=root --batch --raw --skip-column-names "$@"; }

there() { # ADDRESS, then as for the client
  address=$1
  shift
  timeout 8 "$client" --defaults-extra-file="$login" --host="$address" --port="$port" \
    --connect-timeout=3 --batch --raw --skip-column-names "$@"
}

source_of() { # reads a replica status, prints "HOST UUID"
  awk '$1 ~ /^(Source|Master)_Host:$/ { host = $2 } $1 == "Source_UUID:" { uuid = $2 }
    END { if (host != "") print host, (uuid == "" ? "-" : uuid) }'
}

gtids() {
  [ "$engine" = mariadb ] && echo '@@GLOBAL.gtid_current_pos' || echo '@@GLOBAL.gtid_executed'
}

missing_here() { # GTIDs of another: those that this server has not
  if [ "$engine" = mariadb ]; then
    printf '%s %s\n' "$(here -e 'SELECT @@GLOBAL.gtid_current_pos')" "$1" | awk '{
      if (NF < 2) { $2 = $1; $1 = "" }
      n = split($1, own, ","); for (i = 1; i <= n; i++) { split(own[i], g, "-"); seq[g[1]] = g[3] }
      n = split($2, other, ","); for (i = 1; i <= n; i++) { split(other[i], g, "-")
        if (g[3] + 0 > seq[g[1]] + 0) printf "%s%s", (some++ ? "," : ""), other[i] } }'
  else
    here -e "SELECT GTID_SUBTRACT('$1', @@GLOBAL.gtid_executed)" | tr -d '\n'
  fi
}

facts() {
  recorded=$(here -e "SELECT COUNT(*) FROM information_schema.tables
    WHERE table_schema = 'rolecall' AND table_name = 'topology'") || return 1
  [ "$recorded" = 1 ] || { echo "self $name 0 none none"; return 0; }
  record=$(here -e 'SELECT term, primary_name, members FROM rolecall.topology WHERE id = 1') || return 1
  [ -n "$record" ] || { echo "self $name 0 none none"; return 0; }
  set -- $record
  term=$1 primary=$2 members=$3
  status=$(here -E --column-names -e 'SHOW REPLICA STATUS') || return 1
  following=$(printf '%s\n' "$status" | source_of)
  echo "self $name $term $primary $(set -- $following; echo "\${1:-none}")"
  own_uuid=
  [ "$engine" = mariadb ] || own_uuid=$(here -e 'SELECT @@server_uuid')
  own_address=$(address_in "$members" "$name")
  for member in $(echo "$members" | tr ',' ' '); do
    [ "\${member%%=*}" = "$name" ] || peer "\${member%%=*}" "\${member#*=}"
  done
}

address_in() {
  for member in $(echo "$1" | tr ',' ' '); do
    [ "\${member%%=*}" = "$2" ] && echo "\${member#*=}"
  done
}

peer() { # NAME ADDRESS
  state=$(there "$2" -e "SELECT IFNULL((SELECT term FROM rolecall.topology WHERE id = 1), 0),
    IF(@@GLOBAL.read_only, 0, 1), CONCAT('x', REPLACE($(gtids), '\n', ''))" 2>/dev/null) &&
    status=$(there "$2" -E --column-names -e 'SHOW REPLICA STATUS' 2>/dev/null) || {
    why=$(there "$2" -e 'SELECT term FROM rolecall.topology; SHOW REPLICA STATUS' 2>&1 >/dev/null | head -n 1)
    echo "peer $1 unreachable $why"
    return
  }
  set -- "$1" $state
  peer_gtids=$(printf %s "$4" | cut -c 2- | tr -cd '0-9A-Za-z:,_-')
  missing=$(missing_here "$peer_gtids") || { echo "peer $1 unreachable"; return; }
  echo "peer $1 $2 $3 $(relation $(printf '%s\n' "$status" | source_of)) \${missing:-none}"
}

relation() { # [HOST UUID]: whom a peer replicates from, as seen from here
  if [ $# -eq 0 ]; then echo none
  elif [ "$2" = "$own_uuid" ] || [ "$1" = "$own_address" ] || [ "$1" = "$name" ]; then echo me
  else echo "$1"; fi
}

# One line: open, stay (it will not change by waiting), or wait; with the reason.
decide() {
  awk '
    $1 == "self" { name = $2; term = $3; primary = $4; source = $5 }
    $1 == "peer" { peers++ }
    $1 == "peer" && $3 == "unreachable" {
      away = away " " $2
      if (NF > 3) { sub(/^peer [^ ]+ unreachable /, ""); away = away " (" $0 ")" }
      next
    }
    $1 == "peer" && $3 + 0 > term + 0 { later = $2; next }
    $1 == "peer" && $4 == 1 { against = $2 " takes writes"; next }
    $1 == "peer" && $5 == "me" { witness = $2 }
    $1 == "peer" && $3 + 0 == term + 0 {
      if ($5 != "me" && $5 != "none") against = $2 " replicates from " $5
      else if ($6 != "none") against = $2 " has transactions that are missing here: " $6
    }
    END {
      if (name == "") print "wait the server does not answer yet"
      else if (term == 0) print "stay nobody has been recorded as the primary"
      else if (source != "none") print "stay this server replicates from " source
      else if (primary != name) print "stay the primary is " primary
      else if (later != "") print "stay " later " knows of a later promotion; attach this server again with tasks_from: rejoin"
      else if (against != "") print "wait " against
      else if (peers == 0) print "open there are no other members"
      else if (witness != "") print "open " witness " replicates from here"
      else if (away != "") print "wait no other member that replicates from here can be asked:" away
      else print "wait no other member replicates from here"
    }'
}

# Commits wait for acknowledgements on the primary only: the applier of a replica would wait for ever.
wait_for_replicas() {
  [ "$semi_sync" = on ] || return 0
  [ "$engine" = mariadb ] && variable=rpl_semi_sync_master_enabled || variable=rpl_semi_sync_source_enabled
  here -e "SET GLOBAL $variable = $1"
}

open_writes() {
  [ "$engine" = mariadb ] || here -e 'SET GLOBAL super_read_only = OFF' || return 1
  here -e 'SET GLOBAL read_only = OFF'
}

run() {
  said=
  while :; do
    verdict=$(facts 2>/dev/null | decide)
    [ "$verdict" = "$said" ] || echo "$verdict"
    said=$verdict
    case $verdict in
      open*replicates*) wait_for_replicas ON && open_writes && return 0 ;;
      open*) open_writes && return 0 ;;
      'stay this server replicates'*) wait_for_replicas OFF && return 0 ;;
      stay*) return 0 ;;
    esac
    sleep 2
  done
}

case \${1:-} in
  facts) facts ;;
  decide) decide ;;
  explain) seen=$(facts); printf '%s\n' "$seen"; printf '%s\n' "$seen" | decide ;;
  '') run ;;
  *) echo "usage: rolecall-boot-guard [facts | decide | explain]" >&2; exit 2 ;;
esac
`.replaceAll('\\${', '${');
