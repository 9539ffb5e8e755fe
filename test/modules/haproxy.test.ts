import { describe, expect, test } from 'vitest';
import { haproxy } from '../../src/modules/haproxy.ts';
import {
  type HaproxyServer,
  haproxyState,
  readHaproxyServers,
} from '../../src/modules/haproxy-socket.ts';
import { decideOn, withDefaults } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

const server = (name: string, more: Partial<HaproxyServer> = {}): HaproxyServer => ({
  ...{
    backend: 'web',
    name,
    admin: 'ready',
    status: 'UP',
    sessions: 0,
    weight: 2,
    initialWeight: 2,
  },
  ...more,
});
const running = (...servers: HaproxyServer[]) => ({
  'probe haproxy servers': { running: true, servers },
});
const two = running(server('a'), server('b'), server('a', { backend: 'api' }));

decisionTable(haproxy, () => undefined, [
  {
    name: 'not running',
    args: { host: 'a', state: 'drain' },
    observed: { 'probe haproxy servers': { running: false, servers: [] } },
    kind: 'failed',
    says: 'does not answer on /var/run/haproxy.sock',
  },
  {
    name: 'in service already',
    args: { host: 'a', backend: 'web', state: 'enabled' },
    observed: two,
    kind: 'unchanged',
    says: 'web/a is enabled already',
  },
  {
    name: 'down, but asked to be in service',
    args: { host: 'a', state: 'enabled' },
    observed: running(server('a', { status: 'DOWN' })),
    kind: 'unchanged',
  },
  {
    name: 'the same, waited for',
    args: { host: 'a', state: 'enabled', wait: true },
    observed: running(server('a', { status: 'DOWN' })),
    kind: 'query',
  },
  {
    name: 'not checked, waited for',
    args: { host: 'a', state: 'enabled', wait: true },
    observed: running(server('a', { status: 'no check' })),
    kind: 'unchanged',
  },
  {
    name: 'drained, sessions left, waited for',
    args: { host: 'a', state: 'drain', wait: true },
    observed: running(server('a', { admin: 'drain', status: 'DRAIN', sessions: 1 })),
    kind: 'query',
  },
  {
    name: 'drained, sessions left',
    args: { host: 'a', state: 'drain' },
    observed: running(server('a', { admin: 'drain', status: 'DRAIN', sessions: 1 })),
    kind: 'unchanged',
  },
  {
    name: 'nowhere',
    args: { host: 'c', state: 'drain' },
    observed: two,
    kind: 'unchanged',
    says: 'HAProxy has no server c',
  },
  {
    name: 'nowhere, which is an error',
    args: { host: 'a', backend: 'db', state: 'drain', fail_on_not_found: true },
    observed: two,
    kind: 'failed',
    says: 'HAProxy has no server db/a',
  },
  {
    name: 'drain in every backend',
    args: { host: 'a', state: 'drain' },
    observed: two,
    kind: 'change',
    says: 'web/a ready → drained, api/a ready → drained',
    runs: ['set server web/a state drain', 'set server api/a state drain'],
    never: ['web/b', 'await web/a', 'disable server'],
  },
  {
    name: 'drain and wait',
    args: {
      host: 'a',
      backend: 'web',
      state: 'drain',
      wait: true,
      wait_interval: 2,
      wait_retries: 7,
    },
    observed: running(server('a', { sessions: 3 })),
    kind: 'change',
    runs: ['-lt 7 ', 'sleep 2', "tell 'set server web/a state drain'", "await web/a '' 1"],
  },
  {
    name: 'disable',
    args: {
      host: 'a',
      backend: 'web',
      state: 'disabled',
      shutdown_sessions: true,
      agent: true,
      health: true,
    },
    observed: two,
    kind: 'change',
    runs: [
      "tell 'disable server web/a'",
      'disable agent web/a',
      'disable health web/a',
      'shutdown sessions server web/a',
    ],
    never: ['state drain'],
  },
  {
    name: 'drain, then disable',
    args: { host: 'a', backend: 'web', state: 'disabled', drain: true },
    observed: two,
    kind: 'change',
    runs: ['set server web/a state drain', "await web/a '' 1", 'disable server web/a'],
  },
  {
    name: 'enable, wait until it is up',
    args: { host: 'a', state: 'enabled', wait: true },
    observed: running(server('a', { admin: 'maint', status: 'MAINT' })),
    kind: 'change',
    says: 'web/a maint → enabled',
    runs: ['set server web/a state ready', 'await web/a UP 0'],
  },
  ...[
    ['7', 7],
    ['50%', 1],
    ['25%', 0],
    ['99999%', 256],
  ].map(([weight, becomes]) => ({
    name: `weight ${weight}`,
    args: { host: 'a', state: 'enabled', weight },
    observed: running(server('a')),
    kind: 'change' as const,
    runs: [`set weight web/a ${weight}`],
    result: { servers: [{ name: 'a', weight: becomes }] },
  })),
  {
    name: 'a weight that it has',
    args: { host: 'a', state: 'enabled', weight: '100%' },
    observed: running(server('a')),
    kind: 'unchanged',
  },
]);

refusalTable(haproxy, [
  [{ host: 'a; show info', state: 'drain' }, /host: 'a; show info' cannot be a name/],
  [{ host: 'a', backend: 'b c', state: 'drain' }, /backend: 'b c'/],
  [{ host: 'a', state: 'enabled', drain: true }, /drain goes with state disabled/],
  [{ host: 'a', state: 'enabled', weight: '257' }, /weight: '257'/],
  [{ host: 'a', state: 'enabled', weight: '5;show' }, /weight: '5;show'/],
]);

/** Captured from HAProxy 3.0, most columns left out. */
const captured = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time
4 web 1 web1 10.0.0.1 2 0 1 1 232
4 web 2 web2 10.0.0.2 0 8 50 100 231
4 web 3 web3 10.0.0.3 0 5 1 1 231
4 web 4 web4 10.0.0.3 2 4 1 1 231

# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,
www,FRONTEND,,,3,3,,,,,,,,,,,,OPEN,,
web,web1,0,0,2,0,,0,0,0,,0,,0,0,0,0,UP 1/3,1,
web,web2,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,50,
web,web3,0,0,0,0,,0,0,0,,0,,0,0,0,0,MAINT,1,
web,web4,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,1,
web,BACKEND,0,0,2,0,,0,0,0,0,0,,0,0,0,0,UP,1,

`;

describe('what the socket says', () => {
  test('servers with what an administrator set and what checks found', () => {
    expect(readHaproxyServers(captured)).toEqual([
      {
        backend: 'web',
        name: 'web1',
        admin: 'ready',
        status: 'UP 1/3',
        sessions: 2,
        weight: 1,
        initialWeight: 1,
      },
      {
        backend: 'web',
        name: 'web2',
        admin: 'drain',
        status: 'DOWN',
        sessions: 0,
        weight: 50,
        initialWeight: 100,
      },
      {
        backend: 'web',
        name: 'web3',
        admin: 'maint',
        status: 'MAINT',
        sessions: 0,
        weight: 1,
        initialWeight: 1,
      },
      // Disabled by its configuration, then put into service through the socket.
      {
        backend: 'web',
        name: 'web4',
        admin: 'ready',
        status: 'UP',
        sessions: 0,
        weight: 1,
        initialWeight: 1,
      },
    ]);
  });

  const answer = (status: number, stdout: string, stderr = '') =>
    haproxyState('/s').probe!.parse({
      status,
      stdout: Buffer.from(stdout),
      stderr: Buffer.from(stderr),
    });

  test.each<[string, number, string, string, boolean]>([
    ['an answer', 0, captured, '', true],
    ['no socket', 96, '', 'there is no socket /s', false],
    ['a socket that was left behind', 111, '', '/s: Connection refused', false],
  ])('%s', (_, status, stdout, stderr, isRunning) => {
    expect(answer(status, stdout, stderr).running).toBe(isRunning);
  });

  test.each<[string, number, string, string, RegExp]>([
    ['no tool', 97, '', 'none of perl, socat and nc', /none of perl/],
    ['no permission', 13, '', '/s: Permission denied', /Permission denied/],
    ['too low a level', 0, 'Permission denied\n', '', /Permission denied/],
  ])('%s is an error', (_, status, stdout, stderr, message) => {
    expect(() => answer(status, stdout, stderr)).toThrow(message);
  });
});

describe('waiting without a change', () => {
  const full = withDefaults(haproxy, { host: 'web1', state: 'drain', wait: true });
  const drained = server('web1', { admin: 'drain', sessions: 1 });
  const decision = decideOn(haproxy, full, () => ({ running: true, servers: [drained] }));
  const look = (text: string) => {
    if (decision.kind !== 'query') throw new Error(decision.kind);
    return decision.complete([
      { status: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0), truncated: false },
    ]);
  };
  test('goes on while sessions are open', () => {
    expect(look(captured)).toMatchObject({
      again: true,
      failed: 'waited for drained: web/web1 is UP 1/3 with 2 sessions',
    });
  });
  test('ends with the last', () => {
    const last = look(captured.replace('web1,0,0,2', 'web1,0,0,0'));
    expect([last.failed, last.again]).toEqual([undefined, undefined]);
  });
});
