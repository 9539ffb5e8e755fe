import { pathWord } from '../shell/path-word.ts';
import { type Sh, sh } from '../shell/sh.ts';

/**
 * Exits 0 when the port takes a connection, 1 when not. The tools that can try differ by host: bash,
 * busybox nc, nc, perl.
 */
export function portScript(host: string, port: number, seconds: number, reads: boolean): Sh {
  const listen = reads ? sh`timeout 2 cat <&3` : sh`true`;
  return sh`host=${host} port=${port} limit=${seconds}
try() { if command -v timeout >/dev/null; then timeout "$limit" "$@"; else "$@"; fi; }
if command -v bash >/dev/null; then
  try bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 1; '${listen.text}'; exit 0' sh "$host" "$port" 2>/dev/null || exit 1
elif command -v nc >/dev/null; then
  ${reads ? sh`: | try nc -w 2 "$host" "$port" 2>/dev/null || exit 1` : sh`: | try nc -w "$limit" "$host" "$port" >/dev/null 2>&1 || exit 1`}
elif command -v busybox >/dev/null; then
  : | try busybox nc -w "$limit" "$host" "$port" 2>/dev/null || exit 1
elif command -v perl >/dev/null; then
  try perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 5) ? 0 : 1)' "$host" "$port" || exit 1
else
  echo 'none of bash, nc, busybox and perl is on the host to try a port with' >&2; exit 97
fi`;
}

/** Exits 0 when the file is there, 1 when not; prints it where its content is looked at. */
export function fileScript(path: string, reads: boolean): Sh {
  return reads
    ? sh`[ -e ${pathWord(path)} ] || exit 1; cat <${pathWord(path)}`
    : sh`[ -e ${pathWord(path)} ] || [ -L ${pathWord(path)} ] || exit 1`;
}
