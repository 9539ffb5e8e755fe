import { describe, expect, test } from 'vitest';
import app from '../../../roles/app/role.ts';
import release from '../../../roles/release/role.ts';
import {
  contextOf,
  type FakeSite,
  ruleProblems,
  schemaProblems,
  withDefaults,
} from '../support/context.ts';

const sha256 = 'a'.repeat(64);
const small = { application: 'small', release: { artifact: 'small.tar.gz' } };
const files = { application: 'small', artifact: 'small.tar.gz' };

const site: FakeSite = {
  hosts: {
    app1: { address: '10.0.0.21' },
    app2: { address: '10.0.0.22' },
    db1: {},
    db2: {},
    depot: {},
    lb1: {},
  },
  roles: {
    app: { app1: { application: 'small' }, app2: { application: 'small' } },
    'load-balancer': { lb1: { drainTimeout: '20s' } },
    release: {
      depot: { application: 'small', artifact: 'small.tar.gz', sha256, publish: {} },
      app1: { application: 'small' },
    },
  },
};

function rules(role: typeof app, given: object, where: FakeSite = site): string[] {
  return ruleProblems(role, contextOf(where, 'app1', withDefaults(role, given as never)));
}

describe('the schema of app', () => {
  test.each<[string, object]>([
    ['the least', small],
    [
      'everything',
      {
        ...small,
        release: { artifact: 'x.tgz', sha256, id: '2026.11-rc1' },
        root: '/opt/small',
        shared: ['uploads'],
        keep: 2,
        codebase: { from: 'central', host: 'depot', port: 81, path: '/files/small' },
        env: { A: 'a', B: 1, C: true },
        secrets: { TOKEN: 'x' },
        service: {
          user: 'runner',
          exec: ['node', 'x.js'],
          port: 1024,
          stopTimeout: '500ms',
          memoryMax: '1G',
        },
        health: { path: '/ready?full=1', timeout: '2m' },
        rollout: { serial: 1, maxFailures: 0, autoRollback: false },
        migrate: { command: ['node', 'x.js', 'migrate'], timeout: '30m' },
        database: {
          primary: 'db1',
          replicas: ['db2'],
          port: 3307,
          name: 'd',
          user: 'u',
          password: 'p',
        },
      },
    ],
  ])('takes %s', (_, given) => expect(schemaProblems(app, given as never)).toEqual([]));

  test.each<[object, string]>([
    [{ application: 'small' }, 'missing-parameter'],
    [{ ...small, application: 'Small' }, 'invalid-parameter application'],
    [{ ...small, application: '../etc' }, 'invalid-parameter application'],
    [{ ...small, relase: {} }, 'unknown-parameter relase did you mean release'],
    [{ ...small, keep: 1 }, 'invalid-parameter keep'],
    [{ ...small, release: { artifact: 'x', sha26: 'a' } }, 'did you mean sha256'],
    [{ ...small, release: { artifact: 'x', sha256: 'abc' } }, 'invalid-parameter release.sha256'],
    [{ ...small, release: { artifact: 'x', id: '..' } }, 'invalid-parameter release.id'],
    [{ ...small, release: { artifact: 'x', id: 'a/b' } }, 'invalid-parameter release.id'],
    [{ ...small, codebase: { from: 'git' } }, 'invalid-parameter codebase.from'],
    [{ ...small, env: { 'A B': 'x' } }, 'env'],
    [{ ...small, service: { port: 80 } }, 'invalid-parameter service.port'],
    [{ ...small, service: { exec: [] } }, 'invalid-parameter service.exec'],
    [{ ...small, service: { stopTimeout: '0s' } }, 'invalid-parameter service.stopTimeout'],
    [{ ...small, service: { stopTimeout: 30 } }, 'invalid-parameter service.stopTimeout'],
    [{ ...small, service: { memoryMax: 'lots' } }, 'invalid-parameter service.memoryMax'],
    [{ ...small, service: { stopTimout: '3s' } }, 'did you mean stopTimeout'],
    [{ ...small, health: { path: 'healthz' } }, 'invalid-parameter health.path'],
    [{ ...small, rollout: { serial: 0 } }, 'invalid-parameter rollout.serial'],
    [{ ...small, rollout: { maxFailures: -1 } }, 'invalid-parameter rollout.maxFailures'],
    [{ ...small, migrate: { command: [] } }, 'invalid-parameter migrate.command'],
    [{ ...small, database: { primary: 'db1' } }, 'missing-parameter'],
  ])('refuses %j', (given, says) => {
    expect(schemaProblems(app, given as never).join('\n')).toContain(says);
  });
});

describe('rules of app', () => {
  test.each<[string, object]>([
    ['the least', {}],
    ['times as long as the balancer drains', { service: { stopTimeout: '20s' } }],
    ['one of two at a time', { rollout: { serial: 1 } }],
    [
      'a central place that publishes this content',
      {
        release: { artifact: 'small.tar.gz', sha256 },
        codebase: { from: 'central', host: 'depot' },
      },
    ],
    [
      'a database with a replica',
      { database: { primary: 'db1', replicas: ['db2'], name: 'd', user: 'u', password: 'p' } },
    ],
    ['folders within', { shared: ['uploads', 'var/cache'], root: '/opt/small/' }],
  ])('accept %s', (_, given) => expect(rules(app, { ...small, ...given })).toEqual([]));

  test.each<[object, string]>([
    [{ service: { user: 'root' } }, "service.user: the service is to run as 'root'"],
    [
      { service: { stopTimeout: '5s' } },
      'service.stopTimeout: stopTimeout 5s is less than the drainTimeout 20s of the load balancer lb1',
    ],
    [
      { rollout: { serial: 2 } },
      'rollout.serial: serial 2 would take all 2 servers of small at once',
    ],
    [
      { rollout: { maxFailures: 1 } },
      'rollout.maxFailures: maxFailures 1 with serial 1 would let a broken release reach every server',
    ],
    [{ root: '/srv/../etc' }, "root: '/srv/../etc' cannot be the folder of an application"],
    [{ root: 'srv/small' }, "root: 'srv/small' cannot be the folder of an application"],
    [{ root: '/srv' }, "root: '/srv' cannot be the folder of an application"],
    [{ shared: ['../x'] }, "shared.0: the shared folder '../x' is no plain path within a release"],
    [{ shared: ['a', '/b'] }, "shared.1: the shared folder '/b' is no plain path within a release"],
    [
      { shared: ['a', 'a/b'] },
      "shared.1: the shared folder 'a/b' is in another shared folder, or declared twice",
    ],
    [
      { codebase: { from: 'central', host: 'depot' } },
      "release: the code base is central, and the release 'small.tar.gz' has no sha256",
    ],
    [
      { release: { artifact: 'x', sha256 }, codebase: { from: 'central' } },
      'codebase: the code base is central, and no host is named',
    ],
    [
      { release: { artifact: 'x', sha256 }, codebase: { from: 'central', host: 'dep0t' } },
      'codebase.host: dep0t does not publish small',
    ],
    [
      {
        release: { artifact: 'small.tar.gz', sha256: 'b'.repeat(64) },
        codebase: { from: 'central', host: 'depot' },
      },
      `release: depot publishes small-aaaaaaaaaaaa.tar.gz (sha256 ${sha256}), and small-bbbbbbbbbbbb.tar.gz`,
    ],
    [
      { codebase: { host: 'depot' } },
      "codebase.host: codebase.host is 'depot', and the code base is local",
    ],
    [
      { database: { primary: 'db9', name: 'd', user: 'u', password: 'p' } },
      "database.primary: the inventory has no host 'db9'",
    ],
    [
      { database: { primary: 'db1', replicas: ['db1'], name: 'd', user: 'u', password: 'p' } },
      'database.replicas.0: db1 is both the primary and a replica',
    ],
    [{ env: { TOKEN: 'x' }, secrets: { TOKEN: 'y' } }, 'env.TOKEN: TOKEN is in env and in secrets'],
  ])('refuse %j', (given, says) => {
    const problems = rules(app, { ...small, ...given });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });

  test('with a single server there is nothing to leave in service', () => {
    const alone = { ...site, roles: { app: { app1: { application: 'small' } } } };
    expect(rules(app, small, alone)).toEqual([]);
  });
});

describe('release', () => {
  test.each<[string, object]>([
    ['the least', files],
    ['the place that publishes', { ...files, sha256, publish: {} }],
    ['a folder of its own', { ...files, sha256, publish: { folder: '/srv/www/small' } }],
    ['one that fetches', { ...files, sha256, codebase: { from: 'central', host: 'depot' } }],
  ])('accepts %s', (_, given) => expect(rules(release, given)).toEqual([]));

  test.each<[object, string]>([
    [{ publish: {} }, "publish: the archive 'small.tar.gz' is to be published without sha256"],
    [{ sha256, publish: { folder: '/srv' } }, "publish.folder: '/srv' cannot be the folder"],
    [
      { sha256, publish: {}, codebase: { from: 'central', host: 'depot' } },
      'codebase.from: the central place itself takes the archive from the controller',
    ],
    [{ shared: ['..'] }, "shared.0: the shared folder '..'"],
    [{ codebase: { from: 'central', host: 'depot' } }, 'sha256: the code base is central'],
  ])('refuses %j', (given, says) => {
    const problems = rules(release, { ...files, ...given });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });

  test('the edge to the central place', () => {
    const given = { ...files, sha256, codebase: { from: 'central', host: 'depot' } };
    const context = contextOf(site, 'app1', withDefaults(release, given));
    expect(release.connects(context)).toEqual([
      {
        ...{ to: 'depot', role: 'web', port: 8080, protocol: 'tcp', purpose: 'code base' },
        ...{ need: 'code base', path: ['codebase', 'host'] },
      },
    ]);
  });
});
