import { describe, expect, test } from 'vitest';
import { crontabLines } from '../../../src/drift/install/crontab.ts';
import { kubernetesYaml } from '../../../src/drift/install/kubernetes.ts';
import { launchdPlist } from '../../../src/drift/install/launchd.ts';
import type { GivenSettings } from '../../../src/drift/settings.ts';
import { toPlain } from '../../../src/values.ts';
import { loadYaml } from '../../../src/yaml/load.ts';
import { call, given } from './given.ts';

const marker = "# rolecall drift: site. 'rolecall drift uninstall' removes this.";

describe('a crontab line', () => {
  const words =
    "/bin/sh '/opt/role call/launch.js' drift watch --settings /srv/site/drift.yml --state /var/lib/rolecall/drift/site.json --once";
  test.each<[string, GivenSettings, string]>([
    ['a period', { every: '15m' }, `*/15 * * * * ${words}`],
    ['each minute', { every: '1m' }, `* * * * * ${words}`],
    ['each hour', { every: '1h' }, `0 * * * * ${words}`],
    ['hours', { every: '6h' }, `0 */6 * * * ${words}`],
    ['a day', { every: '1d' }, `0 0 * * * ${words}`],
    ['a week', { every: '7d' }, `0 0 * * 4 ${words}`],
    ['cron', { cron: ' 5  3 ? * mon-fri' }, `5 3 * * mon-fri ${words}`],
    ['a splay', { splay: '5m' }, `*/15 * * * * ${words} --splayed`],
  ])('%s', (_what, settings, line) => {
    expect(crontabLines(given(settings), call)).toEqual([marker, line]);
  });

  test('percent signs, which end a line for cron, and its zone', () => {
    const lines = crontabLines(given({ cron: '0 3 * * *', timeZone: 'Europe/Berlin' }), {
      ...call,
      settings: '/srv/100%/drift.yml',
    });
    expect(lines[1]).toBe('# The times are meant for Europe/Berlin; this machine has to be in it.');
    expect(lines[2]).toContain('--settings /srv/100\\%/drift.yml');
  });

  test.each<[GivenSettings, string]>([
    [{ every: '50m' }, 'cron cannot say every 50m'],
    [{ cron: '0 0 L * *' }, 'not every cron understands "0 0 L * *" in the same way'],
    [{ cron: '0 0 */2 * 1' }, 'not every cron understands "0 0 */2 * 1" in the same way'],
  ])('%j is refused', (settings, message) => {
    expect(() => crontabLines(given(settings), call)).toThrow(message);
  });
});

describe('a launchd agent', () => {
  const plist = (settings: GivenSettings) =>
    launchdPlist(given(settings), call, '/var/log/a&b.log');

  test('a period', () => {
    expect(plist({ every: '50m' })).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <!-- rolecall drift: site. 'rolecall drift uninstall' removes this. -->
      <plist version="1.0">
      <dict>
        <key>Label</key>
        <string>rolecall.drift.site</string>
        <key>ProgramArguments</key>
        <array>
          <string>/bin/sh</string>
          <string>/opt/role call/launch.js</string>
          <string>drift</string>
          <string>watch</string>
          <string>--settings</string>
          <string>/srv/site/drift.yml</string>
          <string>--state</string>
          <string>/var/lib/rolecall/drift/site.json</string>
          <string>--once</string>
        </array>
        <key>WorkingDirectory</key>
        <string>/srv/site</string>
        <key>StartInterval</key>
        <integer>3000</integer>
        <key>ProcessType</key>
        <string>Background</string>
        <key>ExitTimeOut</key>
        <integer>600</integer>
        <key>Umask</key>
        <integer>63</integer>
        <key>StandardOutPath</key>
        <string>/var/log/a&amp;b.log</string>
        <key>StandardErrorPath</key>
        <string>/var/log/a&amp;b.log</string>
      </dict>
      </plist>
      "
    `);
  });

  test('cron as a list of times', () => {
    const dicts = plist({ cron: '0,30 4 1 * mon' }).match(/<dict><key>.*/g);
    expect(dicts).toEqual([
      '<dict><key>Hour</key><integer>4</integer><key>Minute</key><integer>0</integer><key>Day</key><integer>1</integer></dict>',
      '<dict><key>Hour</key><integer>4</integer><key>Minute</key><integer>30</integer><key>Day</key><integer>1</integer></dict>',
      '<dict><key>Hour</key><integer>4</integer><key>Minute</key><integer>0</integer><key>Weekday</key><integer>1</integer></dict>',
      '<dict><key>Hour</key><integer>4</integer><key>Minute</key><integer>30</integer><key>Weekday</key><integer>1</integer></dict>',
    ]);
  });

  test.each(['0 0 L * *', '*/2 */2 1-20 * *'])('%s is refused', (cron) => {
    expect(() => plist({ cron })).toThrow('launchd cannot say');
  });
});

describe('a Kubernetes CronJob', () => {
  const objects = (settings: GivenSettings, watch = 'site') =>
    kubernetesYaml(given(settings), { ...call, watch }, { image: 'site:1', sshSecret: 'login' })
      .split('---\n')
      .map((text) => toPlain(loadYaml(Buffer.from(text), 'cronjob.yml')) as Plain);
  type Plain = { [name: string]: Plain } & { [index: number]: Plain };

  test('never runs twice at once, and with no rights', () => {
    const [claim, job] = objects({ cron: '0 3 * * *', timeZone: 'Europe/Berlin', missed: 'skip' });
    expect(claim).toMatchObject({
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'rolecall-drift-site' },
    });
    expect(job).toMatchObject({
      kind: 'CronJob',
      metadata: { name: 'rolecall-drift-site' },
      spec: {
        schedule: '0 3 * * *',
        timeZone: 'Europe/Berlin',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 60,
      },
    });
    const pod = job!.spec!.jobTemplate!.spec!.template!.spec!;
    expect(pod).toMatchObject({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, fsGroup: 10001 },
      containers: [
        {
          image: 'site:1',
          command: [
            '/bin/sh',
            '/opt/role call/launch.js',
            'drift',
            'watch',
            '--settings',
            '/srv/site/drift.yml',
            '--state',
            '/var/lib/rolecall/drift/site.json',
            '--once',
          ],
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
      volumes: [
        { persistentVolumeClaim: { claimName: 'rolecall-drift-site' } },
        { secret: { secretName: 'login', defaultMode: 0o400 } },
        { emptyDir: {} },
      ],
    });
    const mounts = pod.containers![0]!.volumeMounts as unknown as { name: string }[];
    const volumes = pod.volumes as unknown as { name: string }[];
    expect(mounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
  });

  test('a period counts in UTC, as the watch does', () => {
    expect(objects({ every: '6h', timeZone: 'Europe/Berlin' })[1]!.spec).toMatchObject({
      schedule: '0 */6 * * *',
      timeZone: 'Etc/UTC',
    });
  });

  test('names are as objects may be called', () => {
    const [claim] = objects({}, `My.Site_${'x'.repeat(60)}`);
    const name = claim!.metadata!.name as unknown as string;
    expect(name).toMatch(/^rolecall-drift-my-site-x+$/);
    expect(name.length).toBe(52);
  });
});
