import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemdUnits, type UnitOptions } from '../../../src/drift/install/systemd-units.ts';
import type { GivenSettings } from '../../../src/drift/settings.ts';
import { call, given } from './given.ts';

const system: UnitOptions = { scope: 'system', isProtected: true };
const timer = 'rolecall-drift-site.timer';
const service = 'rolecall-drift-site.service';

/** The lines of a unit. */
function lines(settings: GivenSettings, options = system, unit = service, given_ = call): string[] {
  return systemdUnits(given(settings), given_, options).files[unit]!.split('\n');
}

test('a timer and the service that it starts', () => {
  const { files, entry } = systemdUnits(given({ every: '1h', splay: '5m' }), call, system);
  expect(entry).toBe(timer);
  expect(files[timer]).toBe(`# rolecall drift: site. 'rolecall drift uninstall' removes this.
[Unit]
Description=Time to look for drift (site)

[Timer]
OnCalendar=*-*-* 00/1:00:00 UTC
AccuracySec=5s
RandomizedDelaySec=5m
FixedRandomDelay=true
Persistent=true

[Install]
WantedBy=timers.target
`);
  expect(files[service]).toContain(
    'ExecStart=/bin/sh "/opt/role call/launch.js" drift watch --settings /srv/site/drift.yml --state /var/lib/rolecall/drift/site.json --once\n',
  );
  expect(files[service]).not.toContain('[Install]');
});

test('the history is written where the runs of its user are recorded', () => {
  const history = '/root/my state/rolecall/history.db';
  const text = lines({}, system, service, { ...call, history });
  expect(text).toContain('Environment="ROLECALL_HISTORY=/root/my state/rolecall/history.db"');
  expect(text).toContain('ReadWritePaths="-/root/my state/rolecall"');
});

describe('the timer', () => {
  const cases: readonly [string, GivenSettings, string[]][] = [
    [
      'a period that no clock says',
      { every: '50m' },
      ['OnActiveSec=1min', 'OnUnitActiveSec=3000s'],
    ],
    ['missed checks are left out', { missed: 'skip' }, ['Persistent=false']],
    [
      'cron with both kinds of days',
      { cron: '0 4 1 * mon', timeZone: 'UTC' },
      ['OnCalendar=*-*-01 04:00:00 UTC', 'OnCalendar=Mon *-*-* 04:00:00 UTC'],
    ],
  ];
  test.each(cases)('%s', (_says, settings, expected) => {
    expect(lines(settings, system, timer)).toEqual(expect.arrayContaining(expected));
  });

  test('another splay each time', () => {
    const text = lines({ splay: '5m', splayBy: 'check' }, system, timer);
    expect(text).not.toContain('FixedRandomDelay=true');
  });
});

test.each<[string, GivenSettings]>([
  ['that no timer can say', { cron: '0 0 L * *' }],
  ['with figures for Prometheus', { metrics: { listen: '9464' } }],
])('a watch %s stays', (_why, settings) => {
  const { files, entry } = systemdUnits(given(settings), call, system);
  expect(entry).toBe(service);
  expect(Object.keys(files)).toEqual([service]);
  const text = lines(settings);
  expect(text).toEqual(
    expect.arrayContaining(['Type=exec', 'Restart=on-failure', 'WantedBy=multi-user.target']),
  );
  expect(text.find((line) => line.startsWith('ExecStart='))).not.toContain('--once');
});

describe('the service', () => {
  test('has the rights of its user only, and writes where it has to', () => {
    expect(
      lines({ metrics: { textfile: '/var/lib/node/a b.prom' } }, { ...system, user: 'deploy' }),
    ).toEqual(
      expect.arrayContaining([
        'User=deploy',
        'Environment=XDG_STATE_HOME=/var/lib/rolecall-drift-site',
        'StateDirectory=rolecall-drift-site',
        'ProtectSystem=strict',
        'NoNewPrivileges=true',
        'ReadWritePaths=-/var/lib/node',
      ]),
    );
  });

  test.each<[string, GivenSettings]>([
    ['mail', { notify: [{ mail: { to: ['ops'] } }] }],
    ['commands', { gate: { before: { command: 'true' } } }],
  ])('%s may gain the rights that they need', (_what, settings) => {
    expect(lines(settings)).not.toContain('NoNewPrivileges=true');
    expect(lines(settings)).not.toContain('RestrictSUIDSGID=true');
    expect(lines(settings)).toContain('ProtectSystem=strict');
  });

  test('nothing is in the way of tasks for this machine', () => {
    const text = lines({}, { ...system, isProtected: false }).join('\n');
    expect(text).not.toMatch(/Protect|Private|Restrict|NoNew/);
  });

  test('of a user asks for nothing that only the system has', () => {
    const text = lines({ metrics: { listen: '1' } }, { scope: 'user', isProtected: true });
    expect(text).toContain('WantedBy=default.target');
    expect(text.join('\n')).not.toMatch(/StateDirectory|ProtectSystem|network-online/);
  });

  test('words with signs of systemd arrive as they are', () => {
    const odd = { ...call, settings: '/srv/100% $HOME "a"/drift.yml' };
    expect(lines({}, system, service, odd).find((line) => line.startsWith('ExecStart='))).toContain(
      '--settings "/srv/100%% $$HOME \\"a\\"/drift.yml" --state',
    );
    expect(lines({}, system, service, odd)).toContain('WorkingDirectory=/srv/100%% $HOME "a"');
  });
});

const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
const verified: readonly [string, GivenSettings, UnitOptions][] = [
  ['a timer', { every: '1h', splay: '90s' }, system],
  ['a period', { every: '50m' }, system],
  ['a service', { metrics: { listen: '9464' } }, { ...system, user: 'daemon' }],
  ['without protection', { cron: '0 4 1 * mon' }, { ...system, isProtected: false }],
];
test.skipIf(!isThere).each(verified)(
  'systemd-analyze verify likes %s',
  (_what, settings, options) => {
    const folder = mkdtempSync(join(tmpdir(), 'drift-units-'));
    try {
      const { files } = systemdUnits(given(settings), call, options);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const paths = Object.keys(files).map((name) => join(folder, name));
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...paths], {
        encoding: 'utf8',
      });
      expect(stderr.split('\n').filter((line) => line.includes('rolecall'))).toEqual([]);
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
