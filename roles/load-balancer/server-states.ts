import {
  type Decision,
  defineModule,
  type HaproxyServer,
  haproxyClient,
  haproxyState,
  joinSh,
  predict,
  type Sh,
  sh,
  Type,
  taskOf,
} from 'rolecall';

interface ServerStatesArgs {
  readonly socket: string;
  readonly maintenance: readonly string[];
  readonly drainSeconds: number;
}

/** Servers in maintenance are drained and taken out; all others are put back into service. */
export const serverStatesModule = defineModule({
  name: 'haproxy_server_states',
  summary: 'Puts the servers of a running HAProxy in and out of service.',
  args: Type.Object({
    socket: Type.String({ description: "HAProxy's socket." }),
    maintenance: Type.Array(Type.String(), { description: 'Servers that take no requests.' }),
    drainSeconds: Type.Number({ description: 'How long their open sessions may take.' }),
  }),
  examples: ['- haproxy_server_states: {socket: /run/haproxy/admin.sock, maintenance: [web2]}'],
  returns: {},
  observe: ({ socket }) => ({ haproxy: haproxyState(socket) }),
  decide(args, { haproxy: { running, servers } }): Decision {
    if (!running) {
      return { kind: 'unchanged', reason: 'HAProxy is not running: its configuration will say it' };
    }
    const isOff = ({ name }: HaproxyServer) => args.maintenance.includes(name);
    const wanted = (server: HaproxyServer): HaproxyServer['admin'] =>
      isOff(server) ? 'maint' : 'ready';
    const wrong = servers.filter((server) => server.admin !== wanted(server));
    if (wrong.length === 0) {
      const off = servers.filter(isOff).map(title);
      return {
        kind: 'unchanged',
        reason: `in service: all servers${off.length > 0 ? ` but ${off.join(', ')}` : ''}`,
      };
    }
    const change = (server: HaproxyServer) =>
      `${title(server)} ${server.admin} → ${wanted(server)}`;
    return {
      kind: 'change',
      summary: wrong.map(change).join(', '),
      diff: wrong.map((server) => ({
        header: title(server),
        before: `${server.admin}\n`,
        after: `${wanted(server)}\n`,
      })),
      apply: [{ script: script(args, wrong), deadlineMs: (args.drainSeconds + 60) * 1000 }],
      touches: [haproxyState(args.socket)],
      predicts: [
        predict(haproxyState(args.socket), {
          running,
          servers: servers.map((server) => ({ ...server, admin: wanted(server) })),
        }),
      ],
      verify: true,
    };
  },
});

export const serverStates = taskOf<ServerStatesArgs>(serverStatesModule);

/** Back into service first: there have to be servers for what others give up. */
function script(
  { socket, maintenance, drainSeconds }: ServerStatesArgs,
  wrong: readonly HaproxyServer[],
): Sh {
  const out = wrong.filter(({ name }) => maintenance.includes(name));
  const back = wrong.filter((server) => !out.includes(server));
  const list = ` ${out.map(title).join(' ')} `;
  return joinSh([
    sh`${haproxyClient(socket)}
tell() { said=$(ask_haproxy "$1") || exit; [ -z "$said" ] || { printf '%s\\n' "$said" >&2; exit 1; }; }`,
    ...back.map((server) => sh`tell ${`set server ${title(server)} state ready`}`),
    ...out.map((server) => sh`tell ${`set server ${title(server)} state drain`}`),
    ...(out.length === 0
      ? []
      : [
          sh`waited=0
while [ $waited -lt ${Math.ceil(drainSeconds)} ]; do
  open=$(ask_haproxy 'show stat' | awk -F, -v list=${list} 'index(list, " " $1 "/" $2 " ") { n += $5 } END { print n + 0 }')
  [ "$open" = 0 ] && break
  sleep 1; waited=$((waited + 1))
done`,
        ]),
    ...out.map((server) => sh`tell ${`set server ${title(server)} state maint`}`),
    ...out.map((server) => sh`tell ${`shutdown sessions server ${title(server)}`}`),
  ]);
}

function title({ backend, name }: HaproxyServer): string {
  return `${backend}/${name}`;
}
