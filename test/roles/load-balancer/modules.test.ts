import { expect, test } from 'vitest';
import { reloadModule } from '../../../roles/load-balancer/reload.ts';
import { serverStatesModule } from '../../../roles/load-balancer/server-states.ts';
import type { HaproxyServer } from '../../../src/modules/haproxy-socket.ts';
import { decisionTable } from '../../modules/support/decisions.ts';

const args = { socket: '/run/haproxy/admin.sock', maintenance: [], drainSeconds: 30 };
const server = (name: string, admin: HaproxyServer['admin'] = 'ready'): HaproxyServer => ({
  ...{ backend: 'web', name, admin, status: 'UP' },
  ...{ sessions: 0, weight: 1, initialWeight: 1 },
});
const servers = (...list: HaproxyServer[]) => ({
  'probe haproxy servers': { running: true, servers: list },
});

decisionTable(serverStatesModule, () => undefined, [
  {
    name: 'not running',
    args,
    observed: { 'probe haproxy servers': { running: false, servers: [] } },
    kind: 'unchanged',
    says: 'not running',
  },
  {
    name: 'all ready',
    args,
    observed: servers(server('a'), server('b')),
    kind: 'unchanged',
    says: 'in service: all servers',
  },
  {
    name: 'in maintenance as asked',
    args: { ...args, maintenance: ['b'] },
    observed: servers(server('a'), server('b', 'maint')),
    kind: 'unchanged',
    says: 'but web/b',
  },
  {
    name: 'left drained',
    args,
    observed: servers(server('a'), server('b', 'drain')),
    kind: 'change',
    says: 'web/b drain → ready',
    runs: ["tell 'set server web/b state ready'"],
    never: ['web/a', 'sleep'],
  },
  {
    name: 'back before out',
    args: { ...args, maintenance: ['a'] },
    observed: servers(server('a'), server('b', 'maint')),
    kind: 'change',
    says: 'web/a ready → maint, web/b maint → ready',
    runs: [
      "tell 'set server web/b state ready'",
      "tell 'set server web/a state drain'",
      '-lt 30',
      "tell 'set server web/a state maint'",
      "tell 'shutdown sessions server web/a'",
    ],
  },
  {
    name: 'drained is not out yet',
    args: { ...args, maintenance: ['a'], drainSeconds: 0.5 },
    observed: servers(server('a', 'drain')),
    kind: 'change',
    says: 'web/a drain → maint',
    runs: ['-lt 1 '],
  },
]);

test('a reload keeps the states of servers for its time only, and is judged by its process', () => {
  const decision = reloadModule.decide({ socket: '/s', stateFile: '/run/state' }, {});
  if (decision.kind !== 'change') throw new Error(decision.kind);
  const { text } = decision.apply[0]!.script;
  const order = [
    'trap ',
    'before=',
    "'show servers state' >/run/state",
    'systemctl reload',
    '"$now" != "$before"',
    'exit 1',
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(decision.verify).toBe(false);
});
