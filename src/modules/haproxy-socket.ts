import { RolecallError } from '../errors.ts';
import { type Observation, probe } from '../observe/observation.ts';
import { type Sh, sh } from '../shell/sh.ts';

/** A server of a backend, as the running HAProxy has it. */
export interface HaproxyServer {
  readonly backend: string;
  readonly name: string;
  /** What an administrator set; health checks are in `status`. */
  readonly admin: 'ready' | 'drain' | 'maint';
  /** `UP`, `DOWN`, `UP 1/3`, `no check`, `DRAIN`, `MAINT`, `MAINT (via web/web1)` … */
  readonly status: string;
  /** Sessions open now. */
  readonly sessions: number;
  readonly weight: number;
  /** The weight of its configuration, which percentages refer to. */
  readonly initialWeight: number;
}

/** What the socket says of all servers; `running` is false where there is no socket. */
export interface HaproxyState {
  readonly running: boolean;
  readonly servers: readonly HaproxyServer[];
}

/**
 * Defines the shell function `ask_haproxy COMMANDS`, which prints what the socket answers. It takes
 * socat, perl (Debian always has it) or OpenBSD's nc. Exits 96 without a socket, 97 without a tool.
 *
 * @example sh`${haproxyClient('/run/haproxy/admin.sock')}\nask_haproxy 'show info'`
 */
export function haproxyClient(socket: string): Sh {
  return sh`haproxy_socket=${socket}
ask_haproxy() {
  if ! [ -S "$haproxy_socket" ]; then echo "there is no socket $haproxy_socket" >&2; return 96; fi
  if command -v perl >/dev/null && perl -MIO::Socket::UNIX -e 1 2>/dev/null; then
    perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$ARGV[0]: $!\\n"; print $s "$ARGV[1]\\n"; print while <$s>' "$haproxy_socket" "$1"
  elif command -v socat >/dev/null; then
    printf '%s\\n' "$1" | socat -t 30 - "UNIX-CONNECT:$haproxy_socket"
  elif command -v nc >/dev/null && nc -h 2>&1 | grep -q -e -U; then
    printf '%s\\n' "$1" | nc -U "$haproxy_socket"
  else
    echo 'none of perl, socat and nc with -U is on the host to talk to HAProxy: install socat' >&2; return 97
  fi
}`;
}

/** The servers of a running HAProxy. Rejects with `probe-unreadable` where the socket may not be used. */
export function haproxyState(socket: string): Observation<HaproxyState> {
  const script = sh`${haproxyClient(socket)}
ask_haproxy 'show servers state;show stat'`;
  return probe('haproxy servers', script, ({ status, stdout, stderr }) => {
    if (status === 96) return { running: false, servers: [] };
    const text = stdout.toString();
    if (status === 0 && text.includes('# pxname,')) {
      return { running: true, servers: readHaproxyServers(text) };
    }
    // What is left behind when HAProxy was killed.
    if (stderr.includes('Connection refused')) return { running: false, servers: [] };
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `${socket} does not tell about its servers: ${(stderr.toString().trim() || text.trim()).slice(0, 300)}`,
    });
  });
}

/** Reads the answer to `show servers state;show stat`. */
export function readHaproxyServers(text: string): HaproxyServer[] {
  const lines = text.split('\n');
  const states = rows(lines, '# be_id ', ' ');
  const statistics = rows(lines, '# pxname,', ',');
  return states.map((state) => {
    const backend = state.be_name ?? '';
    const name = state.srv_name ?? '';
    const own = statistics.find((one) => one.pxname === backend && one.svname === name);
    return {
      backend,
      name,
      admin: adminState(Number(state.srv_admin_state)),
      status: own?.status ?? '',
      sessions: Number(own?.scur ?? 0),
      weight: Number(state.srv_uweight),
      initialWeight: Number(state.srv_iweight),
    };
  });
}

/** The bits of `srv_admin_state`: 1 maintenance by command, 8 drained by command; others follow from the configuration. */
function adminState(bits: number): HaproxyServer['admin'] {
  if (bits & 1) return 'maint';
  return bits & 8 ? 'drain' : 'ready';
}

/** The table below a head line, up to the next empty line. */
function rows(
  lines: readonly string[],
  head: string,
  separator: string,
): { readonly [column: string]: string }[] {
  const start = lines.findIndex((line) => line.startsWith(head));
  if (start < 0) return [];
  const columns = lines[start]!.slice(2).split(separator);
  const end = lines.indexOf('', start);
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .map((line) =>
      Object.fromEntries(line.split(separator).map((cell, index) => [columns[index] ?? '', cell])),
    );
}
