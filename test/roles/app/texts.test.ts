import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { databaseEdges } from '../../../roles/app/database.ts';
import { milliseconds, seconds } from '../../../roles/app/durations.ts';
import {
  configurationOf,
  environmentFile,
  environmentText,
  secretsText,
} from '../../../roles/app/environment.ts';
import type { AppParams } from '../../../roles/app/parameters.ts';
import app from '../../../roles/app/role.ts';
import { unitText, unitWord } from '../../../roles/app/unit.ts';
import type { RoleContext } from '../../../src/roles/role.ts';
import { contextOf, withDefaults } from '../support/context.ts';

const site = {
  hosts: {
    app1: { address: '10.0.0.21' },
    db1: { address: '10.0.0.31' },
    db2: { address: '10.0.0.32' },
    db3: { address: 'fd00::3' },
  },
  roles: { database: { db1: {}, db2: {}, db3: {} } },
};
const database = { primary: 'db1', name: 'shop', user: 'shop', password: 'p"w' };

function on(given: object): RoleContext<AppParams> {
  const params = { application: 'small', release: { artifact: 'small.tar.gz' }, ...given };
  return contextOf(site, 'app1', withDefaults(app, params)) as RoleContext<AppParams>;
}

describe('environment', () => {
  const text = (given: object) => {
    const { params, host, fleet } = on(given);
    return environmentText(params, host, fleet).trimEnd().split('\n');
  };

  test('what each service is told', () => {
    expect(text({})).toEqual([
      'NODE_ENV="production"',
      'HOST="0.0.0.0"',
      'PORT="3000"',
      'APP_SERVER="app1"',
      'SHUTDOWN_GRACE="28"',
    ]);
  });

  test('the database: writes to the primary, reads from the others', () => {
    expect(text({ database }).slice(5)).toEqual([
      'DB_WRITE_HOST="10.0.0.31"',
      'DB_WRITE_PORT="3306"',
      'DB_READ_HOSTS="10.0.0.32:3306,[fd00::3]:3306"',
      'DB_NAME="shop"',
      'DB_USER="shop"',
    ]);
    const own = { ...database, replicas: ['db2'], port: 3307 };
    expect(text({ database: own })).toContain('DB_READ_HOSTS="10.0.0.32:3307"');
  });

  test('what is declared wins', () => {
    const lines = text({ env: { NODE_ENV: 'test', DEBUG: true, LIMIT: 3 } });
    expect(lines).toEqual(expect.arrayContaining(['NODE_ENV="test"', 'DEBUG="true"', 'LIMIT="3"']));
    expect(lines.filter((line) => line.startsWith('NODE_ENV'))).toHaveLength(1);
  });

  test('secrets are in the other file, with the mark of the configuration', () => {
    const { params } = on({ database, secrets: { TOKEN: 'a$b' } });
    expect(secretsText(params, 'c1')).toBe(
      'DB_PASSWORD="p\\"w"\nTOKEN="a\\$b"\nROLECALL_CONFIGURATION="c1"\n',
    );
    expect(text({ database }).join()).not.toContain('p"w');
  });

  test('the configuration changes with environment, unit and secrets alone', () => {
    const of = (given: object, texts = ['environment', 'unit']) =>
      configurationOf(on(given).params, texts);
    const same = of({ secrets: { TOKEN: 'a' } });
    expect(of({ secrets: { TOKEN: 'a' }, keep: 3 })).toBe(same);
    expect(of({ secrets: { TOKEN: 'b' } })).not.toBe(same);
    expect(of({ secrets: { TOKEN: 'a' } }, ['environment', 'other unit'])).not.toBe(same);
    expect(of({ secrets: { TOKEN: 'a' } }, ['environmentu', 'nit'])).not.toBe(same);
  });

  test('any value comes out of the file as it went in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
        (value) => {
          const written = environmentFile({ NAME: value });
          const inner = /^NAME="([\s\S]*)"\n$/.exec(written)?.[1] ?? 'unreadable';
          // systemd: a backslash in double quotes escapes " \ ` and $ only
          expect(inner.replace(/\\(["\\`$])/g, '$1')).toBe(value);
          expect(inner.replace(/\\["\\`$]/g, '')).not.toMatch(/["\\`$]/);
        },
      ),
    );
  });
});

describe('unit', () => {
  const lines = (given: object) => unitText(on(given).params).split('\n');

  test('runs in the folder of the release as its own user, with all that it may do', () => {
    expect(lines({ service: { memoryMax: '256M', stopTimeout: '90s' } })).toEqual(
      expect.arrayContaining([
        'Type=exec',
        'User=small',
        'WorkingDirectory=/srv/small/current',
        'EnvironmentFile=/etc/small/environment',
        'EnvironmentFile=/etc/small/secrets',
        'ExecStart=node server.mjs',
        'Restart=always',
        'StartLimitIntervalSec=0',
        'KillSignal=SIGTERM',
        'TimeoutStopSec=90',
        'MemoryMax=256M',
        'NoNewPrivileges=yes',
        'ProtectSystem=strict',
        'CapabilityBoundingSet=',
        'WantedBy=multi-user.target',
      ]),
    );
  });

  test('writes in shared folders only', () => {
    expect(lines({ shared: ['uploads', 'var/x'] })).toContain(
      'ReadWritePaths=/srv/small/shared/uploads /srv/small/shared/var/x',
    );
    expect(lines({}).some((line) => line.startsWith('ReadWritePaths'))).toBe(false);
  });

  test.each([
    ['server.mjs', 'server.mjs'],
    ['--title=a b', '"--title=a b"'],
    ['100%', '100%%'],
    ['$HOME', '"$$HOME"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['two\nlines', '"two\\nlines"'],
    ["it's", '"it\'s"'],
  ])('the word %j is written %s', (word, written) => expect(unitWord(word)).toBe(written));
});

test('edges: writes need the primary, reads any replica or else the primary', () => {
  const { params, fleet } = on({ database: { ...database, replicas: ['db2'] } });
  expect(databaseEdges(params, fleet)).toMatchObject([
    { to: 'db1', role: 'database', port: 3306, need: 'writes', path: ['database', 'primary'] },
    { to: 'db2', need: 'reads', path: ['database', 'replicas', 0] },
    { to: 'db1', need: 'reads', standby: true },
  ]);
  const alone = on({ database: { ...database, replicas: [] } });
  expect(databaseEdges(alone.params, alone.fleet).map(({ standby }) => standby)).toEqual([
    undefined,
    undefined,
  ]);
  expect(databaseEdges(on({}).params, fleet)).toEqual([]);
});

test.each([
  ['500ms', 500, 1],
  ['30s', 30_000, 30],
  ['1500ms', 1500, 2],
  ['2m', 120_000, 120],
])('%s', (text, ms, s) => {
  expect(milliseconds(text)).toBe(ms);
  expect(seconds(text)).toBe(s);
});
test('what is no time', () => expect(milliseconds('soon')).toBeUndefined());
