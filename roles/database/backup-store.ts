/** Where the program that keeps backups is on their destination, and who runs it. */
export const storeScript = '/usr/local/sbin/rolecall-backup-store';
export const storeUser = 'rolecall-backup';
export const storeHome = '/var/lib/rolecall-backup';

/** What the key of the members may do on the destination, and nothing else: `put`, `get`, `size`, `list`. */
export function storeAuthorizedKeys(publicKey: string, path: string, keep: number): string {
  return `# Written by rolecall (role database).\nrestrict,command="${storeScript} ${path} ${keep}" ${publicKey}\n`;
}

/**
 * The program on the destination, in POSIX sh. A backup is there when its `.sha256` is: that comes last,
 * after the bytes have been compared with what the sender says. Older ones go only then.
 */
export function storeProgram(): string {
  return program;
}

const program = String.raw`#!/bin/sh
# rolecall-backup-store FOLDER KEEP: forced command of the key with which database hosts log in here.
#   put NAME SHA256   keeps what comes on stdin, when it has this sha256
#   get NAME|latest   prints the sha256 and the name on one line, then the bytes
#   size NAME|latest  prints the name, its bytes, and the bytes of what is in it
#   list              names, oldest first
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
folder=$1 keep=$2
cd "$folder" || exit 1
set -f
set -- \${SSH_ORIGINAL_COMMAND:-}
set +f
what=\${1:-} name=\${2:-} sum=\${3:-}

refuse() { echo "rolecall-backup-store: $*" >&2; exit 2; }

names() { for mark in *.sql.gz.sha256; do [ -e "$mark" ] && echo "\${mark%.sha256}"; done; }

find() {
  [ "$name" = latest ] && name=$(names | sort | tail -n 1)
  [ -n "$name" ] && [ -e "$name.sha256" ] || refuse "there is no backup '$name'"
}

case $name in *[!A-Za-z0-9._-]* | .* | */*) refuse "'$name' cannot be the name of a backup" ;; esac
case $what in
  put)
    case $name in *.sql.gz) ;; *) refuse "'$name' cannot be the name of a backup" ;; esac
    case $sum in *[!0-9a-f]* | '') refuse "'$sum' is no sha256" ;; esac
    exec 9>.lock
    flock 9
    rm -f ./*.partial
    cat >"$name.partial" || exit 1
    [ "$(sha256sum <"$name.partial")" = "$sum  -" ] || { rm -f "$name.partial"; refuse "$name arrived damaged"; }
    sync "$name.partial" && mv "$name.partial" "$name" || exit 1
    printf '%s  %s\n' "$sum" "$name" >"$name.sha256.partial"
    sync "$name.sha256.partial" && mv "$name.sha256.partial" "$name.sha256" || exit 1
    names | sort -r | tail -n "+$((keep + 1))" | while read -r old; do rm -f "$old.sha256" "$old"; done
    echo "kept $(names | wc -l)"
    ;;
  get)
    find
    cat "$name.sha256" "$name"
    ;;
  size)
    find
    echo "$name $(stat -c %s "$name") $(gzip -dc "$name" 2>/dev/null | wc -c)"
    ;;
  list) names | sort ;;
  *) refuse "put NAME SHA256, get NAME, size NAME, or list; not '$what'" ;;
esac
`.replaceAll('\\${', '${');
