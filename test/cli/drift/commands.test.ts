import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyState } from '../../../src/drift/state.ts';
import { takeLock } from '../../../src/drift/watch-lock.ts';
import type { FakeFleet } from '../../drift/support/fake-fleet.ts';
import { finding } from '../../drift/support/findings.ts';
import { DriftCommands } from './support.ts';

let drift: DriftCommands;
/** Words that name the settings and the state in the folder. */
let named: string[];

beforeEach(() => {
  drift = new DriftCommands();
  writeFileSync(join(drift.folder, 'drift.yml'), 'name: site\nplaybooks: [site.yml]\nevery: 1h\n');
  named = ['--settings', join(drift.folder, 'drift.yml'), '--state', stateFile()];
});
afterEach(() => rmSync(drift.folder, { recursive: true }));

function stateFile(): string {
  return join(drift.folder, 'state/site.json');
}

function failing(fleet: FakeFleet, how: 'failed' | 'unreachable'): void {
  fleet.around =
    how === 'failed' ? { failed: [{ host: 'web2', message: 'no' }] } : { unreachable: ['web2'] };
}

const state = () => JSON.parse(readFileSync(stateFile(), 'utf8'));
const service = 'rolecall-drift-site.service';
const timer = 'rolecall-drift-site.timer';

describe('check', () => {
  test('tells what differs, and ends with 3', async () => {
    drift.fleet.add(finding());
    expect(await drift.run('check', ...named)).toBe(3);
    expect(drift.stdout).toContain('drifted  web: The site');
    expect(drift.fleet.calls).toEqual(['check']);
    expect(existsSync(stateFile())).toBe(false);
  });

  test('nothing differs', async () => {
    expect(await drift.run('check', ...named)).toBe(0);
    expect(drift.stdout).toBe('0 of 3 hosts differ: 0 drifted, 0 pending, 0 unknown (1.0 s)\n');
  });

  test('as JSON and JUnit', async () => {
    await drift.run('check', ...named, '-o', 'json');
    expect(JSON.parse(drift.stdout)).toMatchObject({ watch: 'site', findings: [] });
    await drift.run('check', ...named, '-o', 'junit');
    expect(drift.stdout).toMatch(/^<\?xml/);
  });

  test('options stand for settings, with paths from here', async () => {
    const words = '-i hosts.yml -i web1, -l web -t a,b -f 3 -e @vars.yml --private-key ~/key -b';
    await drift.run('check', 'other.yml', ...named, ...words.split(' '));
    expect(drift.settings).toMatchObject({
      playbooks: [join(process.cwd(), 'other.yml')],
      inventory: [join(process.cwd(), 'hosts.yml'), 'web1,'],
      run: {
        limit: 'web',
        tags: ['a', 'b'],
        forks: 3,
        become: true,
        extraVars: [`@${join(process.cwd(), 'vars.yml')}`],
      },
    });
    expect(drift.settings!.run.privateKey).toMatch(/^\/.*\/key$/);
  });
});

describe('watch --once', () => {
  test('corrects what it may, and keeps what it did', async () => {
    drift.fleet.add(finding());
    expect(await drift.run('watch', ...named, '--once', '--default', 'correct')).toBe(0);
    expect(drift.fleet.calls).toEqual(['check', 'correct web1 The site', 'check']);
    expect(drift.stdout).toContain('  corrected web1: web: The site\n');
    expect(state().totals).toMatchObject({ checks: 1, corrected: 1 });
    expect(readdirSync(join(drift.folder, 'state'))).toEqual(['site.json']);
  });

  test('corrects nothing by default, and says why', async () => {
    drift.fleet.add(finding());
    await drift.run('watch', ...named, '--once');
    expect(drift.fleet.calls).toEqual(['check']);
    expect(drift.stdout).toContain('1 not corrected: the policy says report');
  });

  test('a check that fails', async () => {
    drift.fleet.beforeCheck = () => {
      throw new Error('no route\nto host');
    };
    expect(await drift.run('watch', ...named, '--once')).toBe(1);
    expect(drift.stdout).toContain('the check failed: no route to host\n');
    expect(state().failures).toBe(1);
  });

  test.each<[string, number, (fleet: FakeFleet) => void]>([
    ['a correction that fails', 2, (fleet) => fleet.failing.add(finding().key)],
    ['a correction that does not hold', 2, (fleet) => fleet.stubborn.add(finding().key)],
    ['a task that failed on looking', 2, (fleet) => failing(fleet, 'failed')],
    ['a host that does not answer', 4, (fleet) => failing(fleet, 'unreachable')],
  ])('%s: exit status %i', async (_, status, prepare) => {
    drift.fleet.add(finding());
    prepare(drift.fleet);
    expect(await drift.run('watch', ...named, '--once', '--default', 'correct')).toBe(status);
  });

  test('tells, writes figures; what cannot be told is counted', async () => {
    drift.fleet.add(finding());
    const json = join(drift.folder, 'notice.json');
    const prom = join(drift.folder, 'drift.prom');
    const tell = ['--command', `cat > ${json}`, '--command', 'exit 3'];
    await drift.run('watch', ...named, '--once', ...tell, '--metrics-textfile', prom);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      kind: 'drift',
      change: 'began',
    });
    expect(drift.warnings).toEqual(['a notice was not delivered: the command ended with 3']);
    expect(readFileSync(prom, 'utf8')).toContain('notice_failures_total{watch="site"} 1\n');
  });

  test('not while another one watches', async () => {
    const release = takeLock(join(drift.folder, 'state/site.lock'));
    await expect(drift.run('watch', ...named, '--once')).rejects.toMatchObject({
      code: 'drift-watched',
    });
    release();
    expect(drift.fleet.calls).toEqual([]);
  });

  test('every option of the schedule and the limits is a setting', async () => {
    const words =
      '--cron 0,3,*,*,*|--time-zone UTC|--splay 5m|--missed skip|--hosts-at-once 2|--corrections-per-hour 9|--drifted-share 20|--same-drift 5/2h|--gate-before http://a|--gate-after http://b|--webhook http://c|--mail ops|--remind 2h|--metrics-listen 9464';
    const given = words.split('|').flatMap((word) => {
      const [name = '', value = ''] = word.split(' ');
      return [name, value.replaceAll(',', ' ')];
    });
    drift.fleet.beforeCheck = () => {};
    await drift.run('watch', ...named, '--once', ...given);
    expect(drift.settings).toMatchObject({
      schedule: { when: { cron: '0 3 * * *' }, timeZone: 'UTC', splayMs: 300_000, missed: 'skip' },
      limits: {
        hostsAtOnce: 2,
        correctionsPerHour: 9,
        driftedShare: 0.2,
        sameDrift: { times: 5, withinMs: 7_200_000 },
      },
      gate: { before: { check: { url: 'http://a' } }, after: { check: { url: 'http://b' } } },
      notify: [{ to: { webhook: { url: 'http://c' } } }, { to: { mail: { to: ['ops'] } } }],
      remindMs: 7_200_000,
      metrics: { listen: '9464' },
    });
  });

  test('a value that is none', async () => {
    await expect(drift.run('watch', ...named, '--same-drift', 'often')).rejects.toThrow(
      "--same-drift is 'often'",
    );
    await expect(drift.run('watch', ...named, '--hosts-at-once', 'x')).rejects.toThrow(
      'limits.hostsAtOnce',
    );
  });
});

describe('install, status, uninstall', () => {
  test('a timer', async () => {
    await drift.run('install', ...named);
    expect(drift.stdout).toContain(`${timer} is enabled and active\n`);
    const text = readFileSync(join(drift.folder, 'system', service), 'utf8');
    expect(text).toContain(`drift watch ${named.join(' ')} --once\n`);

    drift.shown =
      'ActiveState=active\nSubState=waiting\nNextElapseUSecRealtime=Mon 2026-03-02 01:00:00 UTC\n';
    await drift.run('status', ...named, '--json');
    expect(JSON.parse(drift.stdout)).toEqual({
      version: 1,
      watch: 'site',
      by: `${timer} (system; active, waiting)`,
      next: 1_772_413_200_000,
      state: emptyState,
    });

    await drift.run('uninstall', ...named);
    expect(drift.stdout).toBe(`removed ${timer}\nremoved ${service}\n`);
    expect(readdirSync(join(drift.folder, 'system'))).toEqual([]);
    await drift.run('uninstall', ...named);
    expect(drift.stdout).toBe("nothing of 'site' is installed\n");
  });

  test('a service of another user has its state in a folder of its own, and status finds it', async () => {
    await drift.run('install', ...named.slice(0, 2), '--run-as', 'deploy');
    const text = readFileSync(join(drift.folder, 'system', service), 'utf8');
    expect(text).toContain(' --state /var/lib/rolecall-drift-site/rolecall/drift/site.json ');
    expect(text).toContain('\nStateDirectory=rolecall-drift-site\n');
    const elsewhere = text.replace(/--state \S+/, `--state ${stateFile()}`);
    writeFileSync(join(drift.folder, 'system', service), elsewhere);
    await drift.run('watch', ...named, '--once');
    await drift.run('status', ...named.slice(0, 2));
    expect(drift.stdout).toContain('so far       1 check ');
  });

  test('for a user', async () => {
    await drift.run('install', ...named, '--user-units');
    expect(readdirSync(join(drift.folder, 'user')).sort()).toEqual([service, timer]);
    expect(drift.stdout).toContain('loginctl enable-linger');
  });

  test.each([
    ['systemd', /^# rolecall-drift-site\.timer\n# rolecall drift: site\./],
    [
      'crontab',
      /^# rolecall drift: site\..*\n0 \* \* \* \* \/bin\/sh \/opt\/rolecall drift watch /,
    ],
    ['launchd', /<string>rolecall\.drift\.site<\/string>/],
    ['kubernetes', /\n {16}- "rolecall"\n/],
  ])('printed for %s, and nothing is installed', async (kind, expected) => {
    await drift.run('install', ...named, '--print', kind, '--image', 'site:1');
    expect(drift.stdout).toMatch(expected);
    expect(drift.calls).toEqual([]);
    expect(readdirSync(drift.folder)).toEqual(['drift.yml']);
  });

  test('a CronJob without an image', async () => {
    await expect(drift.run('install', ...named, '--print', 'kubernetes')).rejects.toThrow(
      'a CronJob needs an image',
    );
  });

  test('status of a watch that runs here', async () => {
    drift.fleet.add(finding(), finding({ host: 'db1', kind: 'pending' }));
    drift.fleet.around = { unreachable: ['db2'] };
    await drift.run('watch', ...named, '--once');
    const release = takeLock(join(drift.folder, 'state/site.lock'));
    await drift.run('status', ...named);
    release();
    expect(drift.stdout).toMatch(
      new RegExp(`^watch +site
kept by +process ${process.pid}
last check +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d, .* ago
found +1 of 3 hosts drifted; left: 1 drifted, 1 pending, 0 unknown; 0
 +corrected
left +2: the policy says report
unreachable +db2
told +unreachable since .*; drift since \\d{4}-\\d\\d-\\d\\d
 +\\d\\d:\\d\\d:\\d\\d
so far +1 check \\(0 failed\\), 0 corrections \\(0 failed\\)
next check +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:00
$`),
    );
  });

  test('status where nobody watches', async () => {
    await drift.run('status', ...named);
    expect(drift.stdout).toBe(`watch        site
kept by      nobody
last check   never
so far       0 checks (0 failed), 0 corrections (0 failed)
next check   unknown
`);
  });

  test('status leaves a damaged state alone', async () => {
    writeFileSync(join(drift.folder, 'damaged'), '{');
    await drift.run('status', ...named.slice(0, 2), '--state', join(drift.folder, 'damaged'));
    expect(drift.warnings).toEqual([`the state ${join(drift.folder, 'damaged')} is damaged`]);
    expect(readFileSync(join(drift.folder, 'damaged'), 'utf8')).toBe('{');
  });
});
