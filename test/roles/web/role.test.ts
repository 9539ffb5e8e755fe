import { describe, expect, test } from 'vitest';
import { nginxReload, reloadModule } from '../../../roles/web/reload.ts';
import role from '../../../roles/web/role.ts';
import type { RoleTask } from '../../../src/roles/task.ts';
import { contextOf, type Fakes, fleet, site } from './context.ts';

const app = { name: 'app', servers: { group: 'app', port: 3000 } };

describe('tasks', () => {
  const tasksOf = (given: object): RoleTask[] =>
    role.tasks({
      ...contextOf(given),
      facts: {},
      handlers: { reload: { handler: 'Reload nginx' } },
    } as never) as RoleTask[];

  test.each<[string, object, string[]]>([
    ['a site with files', { sites: [site] }, ['Make the root /srv/www/foobar']],
    ['a root that a release brings', { sites: [{ ...site, manageRoot: false }] }, []],
    [
      'roots of locations, each once',
      {
        sites: [
          {
            ...site,
            locations: [
              { path: '/a/', root: '/srv/a' },
              { path: '/b/', root: '/srv/a' },
              { path: '/c/', root: '/srv/c', manageRoot: false },
            ],
          },
        ],
      },
      ['Make the root /srv/www/foobar', 'Make the root /srv/a'],
    ],
  ])('%s', (_, given, roots) => {
    expect(tasksOf(given).map((task) => task.name)).toEqual([
      ...roots,
      'Install nginx',
      'Configure nginx',
      'Run nginx',
    ]);
  });

  test('a masked nginx is drift', () => {
    const run = tasksOf({ sites: [site] }).find((task) => task.name === 'Run nginx')!;
    expect(run.args).toEqual({ name: 'nginx', state: 'started', enabled: true, masked: false });
  });

  test('the configuration is judged before it is in place, and then reloaded', () => {
    const configure = tasksOf({ sites: [site] }).find((task) => task.name === 'Configure nginx')!;
    expect(configure.args.validate).toBe('nginx -t -q -c %s');
    expect(configure.options.notify).toEqual({ handler: 'Reload nginx' });
  });
});

test('the handler reloads, whatever there is to see, and never restarts', () => {
  expect(nginxReload('Reload nginx', {}).module).toBe(reloadModule);
  const decision = reloadModule.decide({}, {});
  expect(decision).toMatchObject({ kind: 'change', verify: false });
  const script = decision.kind === 'change' ? decision.apply[0]!.script.text : '';
  expect(script).toContain('systemctl reload nginx');
  expect(script).not.toContain('restart');
});

describe('ports and edges', () => {
  test('ports of sites and the status page', () => {
    const given = {
      sites: [
        site,
        { ...site, name: 'b', listen: 8080 },
        { ...site, name: 'c', serverNames: ['c'] },
      ],
    };
    expect(role.publishes(contextOf(given) as never)).toMatchObject([
      { name: 'http', port: 80, protocol: 'tcp', reach: 'fleet' },
      { name: 'http-8080', port: 8080, reach: 'fleet' },
      { name: 'status', port: 8081, reach: 'loopback' },
    ]);
  });

  test('without a balancer users come directly', () => {
    const { lb1: _, ...others } = fleet;
    const endpoints = role.publishes(contextOf({ sites: [site] }, others) as never);
    expect(endpoints[0]!.reach).toBe('public');
  });

  const edges = (servers: object, fakes: Fakes = fleet) =>
    role.connects(
      contextOf(
        { sites: [{ ...site, upstream: 'app' }], upstreams: [{ ...app, servers }] },
        fakes,
      ) as never,
    );

  test('servers of an upstream are alternatives', () => {
    const common = {
      ...{ role: 'app', port: 3000, protocol: 'tcp', purpose: 'requests to upstream app' },
      ...{ need: 'upstream app', path: ['upstreams', 0, 'servers'] },
    };
    expect(edges({ group: 'app', port: 3000, backup: ['app2'] })).toEqual([
      { to: 'app1', ...common },
      { to: 'app2', ...common, standby: true },
    ]);
  });

  test.each<[string, object, object]>([
    ['the role that is asked for', { role: 'app', port: 3001 }, { to: 'app1', role: 'app' }],
    [
      'a port that nobody has, by the name of the group',
      { group: 'app', port: 3001 },
      { to: 'app1', role: 'app' },
    ],
    ['a host by its address', [{ address: '10.0.0.21', port: 3000 }], { to: 'app1', role: 'app' }],
    [
      'the world outside',
      [{ address: '192.0.2.1', port: 80 }],
      { to: '192.0.2.1', role: undefined },
    ],
  ])('%s', (_, servers, edge) => {
    expect(edges(servers)[0]).toMatchObject(edge);
  });

  test('an upstream that no site uses needs nobody', () => {
    expect(role.connects(contextOf({ sites: [site], upstreams: [app] }) as never)).toEqual([]);
  });
});
