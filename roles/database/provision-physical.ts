import { type ApplyStep, type Sh, sh } from 'rolecall';
import { donorUser } from './donor-script.ts';
import { provisioningMark } from './provision-dump.ts';
import { clientOf, lastErrorsOf } from './sql.ts';

/** The key with which a member logs in at another one to copy its data. */
export const copyKey = '/etc/rolecall/copy-key';
const copyKnownHosts = '/etc/rolecall/copy-known-hosts';

/**
 * Copies the files of the donor's server with mariadb-backup, over SSH. The copy is made and prepared
 * beside the data, and both change places in one step: whatever ends this halfway, the server has
 * either the old data or all of the new. The mark with the position comes with the copy and goes last.
 */
export function physicalSteps({ address }: { readonly address: string }): ApplyStep[] {
  return [{ script: copyScript(`${donorUser}@${address}`) }];
}

/** What the donor wrote itself, and what it had from others before, in one position. */
export const latestOfEachDomain = sh`tr -c '0-9-' '\\n' | awk -F- 'NF == 3 && $3 + 0 >= last[$1] + 0 { last[$1] = $3; gtid[$1] = $0 } END { for (domain in gtid) printf "%s%s", (count++ ? "," : ""), gtid[domain] }'`;

function copyScript(donor: string): Sh {
  const client = clientOf('mariadb');
  return sh`umask 077
export HOME=/nonexistent
data=$(readlink -f /var/lib/mysql) || exit 1
beside=$data.rolecall
mark=$data/${markName}
fail() { printf '%s\\n' "$*" >&2; exit 1; }
discard() { tail -n 3 "$beside/messages" >&2; rm -rf "$beside"; fail "$@"; }
as_mysql() { runuser -u mysql -- "$@"; }
copy() {
mountpoint -q "$data" && fail "$data is a mount point: a copy cannot take its place; use provision: dump"
mv --help | grep -q -e --exchange || fail 'mv cannot exchange two folders here, which takes coreutils 9.5; use provision: dump'
series=$(mariadb-backup --version 2>&1 | sed -n 's/.* server \\([0-9]*\\.[0-9]*\\)\\..*/\\1/p')
rm -rf "$beside"
install -d -o mysql -g mysql -m 700 "$beside" "$beside/data" || exit 1
while echo 2>/dev/null; do sleep 1; done | {
ssh -F none -i ${copyKey} -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=10 -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${copyKnownHosts} ${donor} copy "$series" 2>"$beside/messages" || : >"$beside/failed"
} | as_mysql mbstream -x -C "$beside/data" || : >"$beside/failed"
[ ! -e "$beside/failed" ] || discard ${`no complete copy came from ${donor}`}
as_mysql mariadb-backup --prepare --target-dir="$beside/data" >"$beside/messages" 2>&1 || discard 'the copy cannot be prepared'
position=$(cat "$beside"/data/*_binlog_info | awk -F '\\t' '{ print $3 }' | tr -cd '0-9,-')
[ -n "$position" ] || discard 'the copy has no position: the binary log of the donor is empty'
echo "position $position" | as_mysql tee "$beside/data/"${markName} >/dev/null || exit 1
for name in "$data"/debian-*.flag "$data"/*_upgrade_info; do
[ ! -e "$name" ] || as_mysql cp "$name" "$beside/data/" || exit 1
done
rm -f "$beside"/data/backup-my.cnf "$beside"/data/mariadb_backup_* "$beside"/data/xtrabackup_*
chmod --reference="$data" "$beside/data" && sync -f "$beside/data"
}
swap() { mv --exchange --no-copy -T "$beside/data" "$data" && sync -f "$data"; }
begin() { systemctl start mariadb || { ${lastErrorsOf('mariadb')} >&2; return 1; }; }
replace() {
systemctl stop mariadb || exit 1
swap || { begin; fail 'the copy cannot take the place of the data'; }
begin && return
systemctl stop mariadb
swap && rm -rf "$beside" && begin
fail 'the server did not start on the copy, and has its old data again'
}
grep -qs '^position ' "$mark" || { copy && replace; } || exit 1
position=$({ sed -n 's/^position //p' "$mark"; echo 'SELECT @@GLOBAL.gtid_slave_pos' | ${client}; } | ${latestOfEachDomain}) || exit 1
printf "STOP ALL SLAVES; RESET MASTER; SET GLOBAL gtid_slave_pos = '%s';" "$position" | ${client} || exit 1
rm -rf "$beside" && rm -f "$mark" && sync -f "$data"`;
}

const markName = provisioningMark.split('/').at(-1)!;
