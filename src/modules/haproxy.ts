import { type Static, Type } from 'typebox';
import { predict } from '../observe/observation.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import { type Decision, defineModule, type ResultData } from './contract.ts';
import {
  type HaproxyServer,
  haproxyClient,
  haproxyState,
  readHaproxyServers,
} from './haproxy-socket.ts';

const args = Type.Object({
  host: Type.String({ description: 'The server, by its name in the configuration of HAProxy.' }),
  state: Type.Union([Type.Literal('enabled'), Type.Literal('disabled'), Type.Literal('drain')], {
    description:
      'enabled takes requests; drain takes no new ones but is still checked; disabled is in maintenance.',
  }),
  backend: Type.Optional(
    Type.String({ description: 'The backend; all that have the server when left out.' }),
  ),
  socket: Type.String({
    description: "HAProxy's socket, with level admin.",
    default: '/var/run/haproxy.sock',
  }),
  weight: Type.Optional(
    Type.String({ description: '0 to 256, or a percentage of the configured weight: `50%`.' }),
  ),
  wait: Type.Boolean({
    description: 'Wait until the server is UP, in MAINT or in DRAIN.',
    default: false,
  }),
  wait_interval: Type.Integer({ description: 'Seconds between looks.', default: 5, minimum: 1 }),
  wait_retries: Type.Integer({ description: 'Looks at most.', default: 25, minimum: 1 }),
  drain: Type.Boolean({
    description: 'With disabled: drain first, and wait until no session is left.',
    default: false,
  }),
  shutdown_sessions: Type.Boolean({
    description: 'With disabled: cut the sessions that are open.',
    default: false,
  }),
  fail_on_not_found: Type.Boolean({
    description: 'Fail when there is no such server.',
    default: false,
  }),
  agent: Type.Boolean({
    description: 'Also start or stop the agent checks.',
    default: false,
  }),
  health: Type.Boolean({
    description: 'Also start or stop the health checks.',
    default: false,
  }),
});

type Request = Static<typeof args>;

export const haproxy = defineModule({
  name: 'haproxy',
  summary: 'Takes servers of a running HAProxy out of service and back, through its socket.',
  args,
  examples: [
    '- name: No new requests to this web server; wait for the open ones\n  haproxy:\n    backend: web\n    host: "{{ inventory_hostname }}"\n    state: disabled\n    drain: true\n    wait: true\n    socket: /run/haproxy/admin.sock\n  delegate_to: lb1',
    '- name: Back in service\n  haproxy:\n    host: web1\n    state: enabled\n    wait: true\n    socket: /run/haproxy/admin.sock',
  ],
  returns: { servers: 'The servers meant, each with backend, name, state, status, weight.' },
  check(given) {
    const problems: string[] = [];
    for (const [name, value] of [
      ['host', given.host],
      ['backend', given.backend ?? 'x'],
    ] as const) {
      if (!/^[\w.:-]+$/.test(value))
        problems.push(`${name}: '${value}' cannot be a name in HAProxy`);
    }
    if (given.state === 'enabled' && given.drain) {
      problems.push('drain goes with state disabled, not with enabled');
    }
    if (given.weight !== undefined && !isWeight(given.weight)) {
      problems.push(`weight: '${given.weight}' is neither 0 to 256 nor a percentage`);
    }
    return problems;
  },
  observe: (given) => ({ haproxy: haproxyState(given.socket) }),
  decide(given, { haproxy: { running, servers } }): Decision {
    if (!running) {
      return {
        kind: 'failed',
        message: `HAProxy does not answer on ${given.socket}`,
        hint: "Name the socket of 'stats socket' in haproxy.cfg; Debian's is /run/haproxy/admin.sock.",
      };
    }
    const meant = servers.filter(
      ({ backend, name }) => name === given.host && (given.backend ?? backend) === backend,
    );
    const result: ResultData = { servers: meant.map((server) => ({ ...server })) };
    if (meant.length === 0) return notFound(given, servers, result);
    const wrong = meant.filter((server) => !isAsAsked(given, server));
    const pending = meant.filter((server) => waits(given) && !isThere(given, server));
    if (wrong.length === 0 && pending.length > 0) return waiting(given, meant);
    if (wrong.length === 0) {
      return { kind: 'unchanged', reason: `${titles(meant)} is ${wordOf(given)} already`, result };
    }
    return {
      kind: 'change',
      summary: wrong
        .map((server) => `${title(server)} ${server.admin} → ${wordOf(given)}`)
        .join(', '),
      diff: wrong.map((server) => ({
        header: title(server),
        before: `state ${server.admin}\nweight ${server.weight}\n`,
        after: `state ${adminOf(given)}\nweight ${weightOf(given, server)}\n`,
      })),
      apply: [
        {
          script: applyScript(given, wrong),
          deadlineMs: (given.wait_interval * given.wait_retries + 60) * 1000,
        },
      ],
      touches: [haproxyState(given.socket)],
      predicts: [
        predict(haproxyState(given.socket), {
          running,
          servers: servers.map((server) =>
            wrong.includes(server) ? afterwards(given, server) : server,
          ),
        }),
      ],
      result: { servers: meant.map((server) => ({ ...afterwards(given, server) })) },
      verify: true,
    };
  },
});

function notFound(given: Request, servers: readonly HaproxyServer[], result: ResultData): Decision {
  const what = given.backend === undefined ? given.host : `${given.backend}/${given.host}`;
  const message = `HAProxy has no server ${what}`;
  if (!given.fail_on_not_found) return { kind: 'unchanged', reason: message, result };
  return { kind: 'failed', message, hint: `It has ${titles(servers) || 'none'}.`, result };
}

/** Nothing to change, but the server is not yet where it is to be: sessions are left, checks not passed. */
function waiting(given: Request, meant: readonly HaproxyServer[]): Decision {
  return {
    kind: 'query',
    steps: [
      { script: sh`${haproxyClient(given.socket)}\nask_haproxy 'show servers state;show stat'` },
    ],
    dependsOnEarlierChanges: true,
    repeat: {
      everyMs: given.wait_interval * 1000,
      forMs: given.wait_interval * given.wait_retries * 1000,
    },
    complete([output]) {
      const now = readHaproxyServers(output!.stdout.toString()).filter(({ backend, name }) =>
        meant.some((server) => server.backend === backend && server.name === name),
      );
      const result: ResultData = { servers: now.map((server) => ({ ...server })) };
      const late = now.find((server) => !isThere(given, server));
      if (!late && now.length === meant.length) return { result };
      const seen = late
        ? `${title(late)} is ${late.status} with ${late.sessions} sessions`
        : 'gone';
      return { result, failed: `waited for ${wordOf(given)}: ${seen}`, again: true };
    },
  };
}

/** Sets the state of each server, then looks until all are there. */
function applyScript(given: Request, servers: readonly HaproxyServer[]): Sh {
  const first = servers.flatMap((server) => commands(given, server));
  const last = servers.flatMap((server) => [
    ...(given.drain ? [`disable server ${title(server)}`] : []),
    ...(given.shutdown_sessions && given.state === 'disabled'
      ? [`shutdown sessions server ${title(server)}`]
      : []),
  ]);
  const drains = given.drain && given.state === 'disabled';
  const parts = [
    sh`${haproxyClient(given.socket)}
tell() { said=$(ask_haproxy "$1") || exit; [ -z "$said" ] || { printf '%s\\n' "$said" >&2; exit 1; }; }
# Until no server of the list has another status, or sessions where none may be left.
await() {
  looks=0
  while :; do
    late=$(ask_haproxy 'show stat' | awk -F, -v list=" $1 " -v want="$2" -v idle="$3" '
      index(list, " " $1 "/" $2 " ") && ((want != "" && index($18, want) != 1 && $18 != "no check") || (idle && $5 > 0)) { print $1 "/" $2 " is " $18 " with " $5 " sessions" }')
    [ -n "$late" ] || return 0
    looks=$((looks + 1))
    [ $looks -lt ${given.wait_retries} ] || { printf 'waited in vain: %s\\n' "$late" >&2; return 1; }
    sleep ${given.wait_interval}
  done
}`,
    ...first.map((line) => sh`tell ${line}`),
  ];
  const list = servers.map(title).join(' ');
  if (drains) parts.push(sh`await ${list} '' 1 || exit`);
  parts.push(...last.map((line) => sh`tell ${line}`));
  if (waits(given))
    parts.push(
      sh`await ${list} ${statusOf(given)} ${given.state === 'drain' || drains ? 1 : 0} || exit`,
    );
  return joinSh(parts);
}

function commands(given: Request, server: HaproxyServer): string[] {
  const name = title(server);
  const verb = given.state === 'enabled' ? 'enable' : 'disable';
  return [
    given.state === 'enabled'
      ? `set server ${name} state ready`
      : given.state === 'drain' || given.drain
        ? `set server ${name} state drain`
        : `disable server ${name}`,
    ...(given.agent && given.state !== 'drain' ? [`${verb} agent ${name}`] : []),
    ...(given.health && given.state !== 'drain' ? [`${verb} health ${name}`] : []),
    ...(given.weight !== undefined && given.state === 'enabled'
      ? [`set weight ${name} ${given.weight}`]
      : []),
  ];
}

function isAsAsked(given: Request, server: HaproxyServer): boolean {
  return server.admin === adminOf(given) && server.weight === weightOf(given, server);
}

function waits(given: Request): boolean {
  return given.wait || given.drain;
}

/** Whether what is waited for has come: the status, and no session where servers are drained. */
function isThere(given: Request, server: HaproxyServer): boolean {
  const drained = given.state === 'drain' || given.drain;
  // A server that fails its checks while it is drained shows DOWN.
  const status =
    given.state === 'enabled'
      ? server.status.startsWith('UP') || server.status === 'no check'
      : true;
  return status && (!drained || server.sessions === 0);
}

function statusOf(given: Request): string {
  return given.state === 'enabled' ? 'UP' : '';
}

function adminOf(given: Request): HaproxyServer['admin'] {
  return given.state === 'enabled' ? 'ready' : given.state === 'drain' ? 'drain' : 'maint';
}

function wordOf(given: Request): string {
  return given.state === 'drain' ? 'drained' : given.state;
}

function weightOf(given: Request, server: HaproxyServer): number {
  if (given.weight === undefined || given.state !== 'enabled') return server.weight;
  if (!given.weight.endsWith('%')) return Number(given.weight);
  const share = (server.initialWeight * Number(given.weight.slice(0, -1))) / 100;
  return Math.min(256, Math.floor(share));
}

function isWeight(text: string): boolean {
  const match = /^(\d{1,5})(%?)$/.exec(text);
  return match !== null && (match[2] === '%' || Number(match[1]) <= 256);
}

function afterwards(given: Request, server: HaproxyServer): HaproxyServer {
  const status = { enabled: 'UP', disabled: 'MAINT', drain: 'DRAIN' }[given.state];
  return {
    ...server,
    admin: adminOf(given),
    status,
    weight: weightOf(given, server),
    sessions: waits(given) ? 0 : server.sessions,
  };
}

function title({ backend, name }: HaproxyServer): string {
  return `${backend}/${name}`;
}

function titles(servers: readonly HaproxyServer[]): string {
  return servers.map(title).join(', ');
}
