import { describe, expect, test } from 'vitest';
import { audit, countsOf } from '../../src/site/audit/audit.ts';
import { type FindingCode, findingCatalogue } from '../../src/site/audit/finding.ts';
import type { SiteModel } from '../../src/site/model.ts';
import {
  app,
  balancer,
  codeBase,
  data,
  database,
  dns,
  endpoint,
  infrastructures,
  release,
  role,
  site,
  web,
} from './infrastructures.ts';

/** `CODE HOSTS/ROLE: LOST`, one line for each finding. */
function lines(model: SiteModel, ...codes: FindingCode[]): string[] {
  return audit(model)
    .findings.filter(({ code }) => codes.length === 0 || codes.includes(code))
    .map(({ code, hosts, role, lost }) =>
      [`${code} ${hosts.join(',')}`, role && `/${role}`, lost && `: ${lost.join(', ')}`]
        .filter(Boolean)
        .join(''),
    );
}

describe('the five infrastructures', () => {
  test.each<[string, string[]]>([
    [
      'active-passive',
      [
        'single-point-of-failure lb1/load-balancer: everything',
        'single-point-of-failure app1/app: app',
        'single-point-of-failure db1/database: writes',
        'backup-on-data-host db1/database',
        'no-firewall lb1,web1,web2,app1,code1,db1,db2',
        'no-https lb1/load-balancer',
        'no-monitoring lb1,web1,web2,app1,code1,db1,db2',
        'single-code-base code1/code',
        'standby-only web2/web',
      ],
    ],
    [
      'full-stack-pair',
      [
        'single-point-of-failure server1/database: writes',
        'single-point-of-failure server3/load-balancer: everything',
        'no-backup server1,server2,server4/database',
        'no-firewall server1,server2,server3,server4',
        'no-https server3/load-balancer',
        'no-monitoring server1,server2,server3,server4',
        'replica-unread server4/database',
      ],
    ],
    [
      'split-tiers',
      [
        'single-point-of-failure lb1/load-balancer: everything',
        'single-point-of-failure app1/app: app',
        'single-point-of-failure db1/database: writes',
        'no-backup db1,db2/database',
        'no-firewall lb1,web1,app1,db1,db2',
        'no-https lb1/load-balancer',
        'no-monitoring lb1,web1,app1,db1,db2',
      ],
    ],
    [
      'three-algorithms',
      [
        'single-point-of-failure lb1/load-balancer: everything',
        'single-point-of-failure db1/database: writes',
        'no-backup db1,db2,db3/database',
        'no-firewall lb1,server1,server2,db1,db2,db3',
        'no-https lb1/load-balancer',
        'no-monitoring lb1,server1,server2,db1,db2,db3',
      ],
    ],
    [
      'foobar',
      [
        'single-point-of-failure dns1/dns: names',
        'single-point-of-failure lb1/load-balancer: everything',
        'single-point-of-failure db1/database: writes',
        'no-firewall dns1,lb1,web1,web2,app1,app2,db1,db2,db3',
        'no-https lb1/load-balancer',
        'backup-untested db1/database',
        'no-monitoring dns1,lb1,web1,web2,app1,app2,db1,db2,db3',
      ],
    ],
  ])('%s', (name, expected) => {
    expect(lines(infrastructures[name]!)).toEqual(expected);
  });
});

describe('single points of failure', () => {
  const cases: [string, SiteModel, string[]][] = [
    ['one web server is all there is', site({ w: [front()] }), ['w/web: everything']],
    ['two entries stand in for each other', site({ w: [front()], v: [front()] }), []],
    [
      'the only web server behind a balancer',
      site({ l: [balancer(['w'])], w: [web([])] }),
      ['l/load-balancer: everything', 'w/web: everything'],
    ],
    [
      'a standby ends it',
      site({ l: [balancer(['w', { to: 'v', standby: true }])], w: [web([])], v: [web([])] }),
      ['l/load-balancer: everything'],
    ],
    [
      'each web server with an app server of its own: pairs are alternatives',
      site({
        l: [balancer(['w', 'v'])],
        w: [web(['a'])],
        v: [web(['b'])],
        a: [role('app', { endpoints: [endpoint(3000)] })],
        b: [role('app', { endpoints: [endpoint(3000)] })],
      }),
      ['l/load-balancer: everything'],
    ],
    [
      'writes and reads on one database',
      site({ w: [front(['a', 'b'])], a: [app('d', ['d'])], b: [app('d', ['d'])], d: [database()] }),
      ['w/web: everything', 'd/database: writes, reads'],
    ],
    [
      'reads that fall back to the primary',
      site({
        w: [front(['a', 'b'])],
        a: [app('d', ['r', { to: 'd', standby: true }])],
        b: [app('d', ['r', { to: 'd', standby: true }])],
        d: [database()],
        r: [database('d')],
      }),
      ['w/web: everything', 'd/database: writes'],
    ],
    ['one of two name servers', site({ n: [dns()], m: [dns()], w: [front()], v: [front()] }), []],
    [
      'a host whose roles are alternatives of each other',
      site({
        l: [balancer(['h', { to: 'h', role: 'app', port: 3000 }])],
        h: [web([]), role('app', { endpoints: [endpoint(3000)] })],
      }),
      ['l/load-balancer: everything', 'h: everything'],
    ],
    [
      'what an outside service may answer as well',
      site({
        w: [front(['a', 'api.example.com'])],
        v: [front(['a', 'api.example.com'])],
        a: [app('d', ['d'])],
        d: [database()],
      }),
      [],
    ],
    [
      'roles that call each other in a circle',
      site({
        w: [front(['a'])],
        a: [role('app', { endpoints: [endpoint(3000)], edges: web(['a']).edges })],
      }),
      ['w/web: everything', 'a/app: everything'],
    ],
  ];

  test.each(cases)('%s', (_, model, expected) => {
    expect(lines(model, 'single-point-of-failure')).toEqual(
      expected.map((line) => `single-point-of-failure ${line}`),
    );
  });

  test('says what would end it, by role', () => {
    const found = audit(infrastructures.foobar!).findings;
    const change = (host: string) =>
      found.find(({ code, hosts }) => code === 'single-point-of-failure' && hosts[0] === host)
        ?.change;
    expect(change('dns1')).toContain('second host with role dns');
    expect(change('lb1')).toContain('VIP');
    expect(change('db1')).toContain('failover');
    expect(
      audit(
        site({ c: [role('cache', { endpoints: [endpoint(80, { reach: 'public' })] })] }),
      ).findings.find(({ code }) => code === 'single-point-of-failure')?.change,
    ).toBe('A second host with role cache.');
  });
});

describe('everything else, both ways', () => {
  const two = { w: [front()], v: [front()] };
  const cases: [FindingCode, SiteModel, string[], SiteModel][] = [
    ['no-entry-point', site({ d: [database()] }), ['d'], site(two)],
    [
      'no-shared-address',
      site(two),
      ['w,v/web'],
      site({ w: [front(), provides('shared-address')], v: [front(), provides('shared-address')] }),
    ],
    [
      'single-data-copy',
      site({ d: [database()] }),
      ['d/database'],
      site({ d: [database()], r: [database('d')] }),
    ],
    [
      'no-backup',
      site({ d: [database()], r: [database('d')] }),
      ['d,r/database'],
      site({ d: [database()], r: [database('d'), data('store1:/srv/backups')] }),
    ],
    [
      'backup-on-data-host',
      site({ d: [database()], r: [database('d'), data('/var/backups on d')] }),
      ['r/database'],
      site({ d: [database(), data('store1:/srv/backups')] }),
    ],
    [
      'backup-untested',
      site({ d: [database(), data('store1:/srv/backups')], r: [database('d')] }),
      ['d/database'],
      site({
        d: [database(), data('store1:/srv/backups')],
        r: [database('d'), data('', 'weekly')],
      }),
    ],
    ['backup-untested', site({ d: [database()] }), [], site({ d: [database(), data()] })],
    [
      'no-firewall',
      site({ w: [front(), provides('firewall')], v: [front()] }),
      ['v'],
      site({ w: [front(), provides('firewall')] }),
    ],
    ['no-https', site({ w: [front()] }), ['w/web'], site({ w: [front(), provides('https')] })],
    [
      'no-https',
      site({ w: [front()] }),
      ['w/web'],
      site({
        w: [front(), role('web', { endpoints: [endpoint(443, { reach: 'public', tls: true })] })],
      }),
    ],
    [
      'open-statistics',
      site({ w: [role('web', { endpoints: [endpoint(9100, { name: 'metrics' })] })] }),
      ['w/web'],
      site({
        w: [role('web', { endpoints: [endpoint(9100, { name: 'metrics', reach: 'loopback' })] })],
      }),
    ],
    ['no-monitoring', site(two), ['w,v'], site({ ...two, m: [provides('monitoring')] })],
    [
      'single-code-base',
      site({ c: [codeBase()], w: [release('c')], v: [release('c')] }),
      ['c/code'],
      site({ w: [release()], v: [release()] }),
    ],
    [
      'outside-dependency',
      site({ w: [front(['api.example.com'])] }),
      ['w/web'],
      site({
        w: [front(['a', 'api.example.com'])],
        a: [role('app', { endpoints: [endpoint(3000)] })],
      }),
    ],
    [
      'standby-only',
      infrastructures['active-passive']!,
      ['web2/web'],
      infrastructures['full-stack-pair']!,
    ],
    [
      'replica-unread',
      infrastructures['full-stack-pair']!,
      ['server4/database'],
      infrastructures.foobar!,
    ],
  ];

  test.each(cases)('%s', (code, wrong, hosts, right) => {
    expect(lines(wrong, code)).toEqual(hosts.map((host) => `${code} ${host}`));
    expect(lines(right, code)).toEqual([]);
  });

  test('there is a case for each code', () => {
    const tried = new Set([...cases.map(([code]) => code), 'single-point-of-failure']);
    expect([...tried].sort()).toEqual(Object.keys(findingCatalogue).sort());
  });

  test('an exposed port is named in the finding about the firewall', () => {
    const [finding] = audit(site({ d: [database()] })).findings.filter(
      ({ code }) => code === 'no-firewall',
    );
    expect(finding?.effect).toContain('d:3306');
  });
});

describe('accepted findings', () => {
  const model = infrastructures.foobar!;

  test('a code, or a code of one host', () => {
    const report = audit(model, ['no-https', 'single-point-of-failure:db1', 'no-firewall:dns1']);
    expect(report.accepted.map(({ code, hosts }) => `${code} ${hosts}`)).toEqual([
      'single-point-of-failure db1',
      'no-firewall dns1',
      'no-https lb1',
    ]);
    const left = report.findings.map(({ code, hosts }) => `${code} ${hosts}`);
    expect(left).toContain('no-firewall lb1,web1,web2,app1,app2,db1,db2,db3');
    expect(left).toContain('single-point-of-failure lb1');
    expect(left).not.toContain('no-https lb1');
    expect(countsOf(report.findings)).toEqual({ high: 3, medium: 2, low: 0 });
  });

  test('what no longer exists is told', () => {
    expect(audit(model, ['single-point-of-failure:web1', 'no-https']).needless).toEqual([
      'single-point-of-failure:web1',
    ]);
  });

  test.each([
    ['no-htps', "names the finding 'no-htps'", 'no-https'],
    ['no-https:lb2', "names the host 'lb2'", 'lb1'],
  ])('%s is refused', (rule, message, nearest) => {
    expect(() => audit(model, [rule])).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ message: expect.stringContaining(message), nearest })],
      }),
    );
  });
});

/** A web server that users reach without a balancer. */
function front(apps: string[] = []) {
  return role('web', {
    ...web(apps),
    endpoints: [endpoint(80, { name: 'http', reach: 'public' })],
  });
}

function provides(kind: string) {
  return role('web', { provisions: [{ kind: kind as 'firewall', what: 'something' }] });
}
