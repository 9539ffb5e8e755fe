/** Where the program that hands out a copy of the data is on a member, and who runs it. */
export const donorScript = '/usr/local/sbin/rolecall-donor';
export const donorUser = 'rolecall-donor';
export const donorHome = '/var/lib/rolecall-donor';

/** What the key of the members may do on each other, and nothing else: `copy`. */
export function donorAuthorizedKeys(publicKey: string): string {
  return `# Written by rolecall (role database).\nrestrict,command="${donorScript}" ${publicKey}\n`;
}

/**
 * The program on the donor, in POSIX sh. Its user has the number of `mysql`: it reads the data and logs
 * in over the socket as the server's own account, without root.
 */
export function donorProgram(): string {
  return program;
}

const program = String.raw`#!/bin/sh
# rolecall-donor: forced command of the key with which other members of the database log in here.
#   copy SERIES   streams a physical copy of the data (mbstream); SERIES is the recipient's, as 11.8.
#                 A byte on stdin each few seconds says that the recipient is there: a copy that nobody
#                 takes would keep the locks of the server.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent
umask 077
set -f
set -- \${SSH_ORIGINAL_COMMAND:-}

refuse() { echo "rolecall-donor: $*" >&2; exit 2; }

[ "\${1:-}" = copy ] && [ $# -eq 2 ] || refuse 'copy SERIES, and nothing else'
series=$(mariadb-backup --version 2>&1 | sed -n 's/.* server \([0-9]*\.[0-9]*\)\..*/\1/p')
[ "$2" = "$series" ] || refuse "this server is of MariaDB \${series:-?}, not $2: one of both has to be upgraded first"
work=$(mktemp -d /var/tmp/rolecall-donor.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
# Nobody may be there to read why it failed.
trap '' PIPE
exec 3<&0
mariadb-backup --backup --stream=mbstream --target-dir="$work" --user=mysql \
  --socket=/run/mysqld/mysqld.sock 2>"$work/messages" 3<&- &
copy=$!
# It blocks every other signal.
trap 'kill -KILL "$copy"; exit 1' HUP INT TERM
{
  while [ "$(timeout 30 dd bs=1 count=1 2>/dev/null | wc -c)" = 1 ]; do :; done
  kill -KILL "$copy"
} <&3 >/dev/null 2>&1 &
watch=$!
wait "$copy"
status=$?
kill "$watch" 2>/dev/null
[ "$status" = 0 ] || tail -n 3 "$work/messages" >&2
exit "$status"
`.replaceAll('\\${', '${');
