import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type GivenSettings, readDriftSettings } from '../../src/drift/settings.ts';
import { RolecallError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'drift-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'drift.yml');
  writeFileSync(file, text);
  return file;
}

function read(text: string, flags: GivenSettings = {}) {
  return readDriftSettings(written(text), flags, folder);
}

/** `line:column message | nearest`, one for each problem. */
function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    return error.problems.map(
      ({ at, message, nearest }) =>
        `${at?.line}:${at?.column} ${message}${nearest === undefined ? '' : ` | ${nearest}`}`,
    );
  }
  return [];
}

const wrong: readonly { says: string; text: string; problems: readonly string[] }[] = [
  {
    says: 'a misspelt name',
    text: 'playbooks: [site.yml]\nevry: 1h\n',
    problems: ["2:1 drift.yml: there is no setting 'evry' | every"],
  },
  {
    says: 'a misspelt name inside',
    text: 'playbooks: [site.yml]\nlimits:\n  hostAtOnce: 2\n',
    problems: ["3:3 drift.yml: there is no setting 'limits.hostAtOnce' | hostsAtOnce"],
  },
  {
    says: 'a word that is none of the choices',
    text: 'playbooks: [site.yml]\npolicy:\n  - role: web\n    do: corect\n',
    problems: ['4:5 drift.yml: \'policy[0].do\' is "corect" | correct'],
  },
  {
    says: 'no duration',
    text: 'playbooks: [site.yml]\nevery: often\n',
    problems: ['2:1 drift.yml: \'every\' is "often"'],
  },
  {
    says: 'no playbooks',
    text: 'every: 1h\n',
    problems: ["1:1 drift.yml: the setting 'playbooks' is missing"],
  },
  {
    says: 'every and cron',
    text: 'playbooks: [site.yml]\nevery: 1h\ncron: 0 3 * * *\n',
    problems: ["3:1 drift.yml: 'every' and 'cron' exclude each other"],
  },
  {
    says: 'a cron of six fields',
    text: 'playbooks: [site.yml]\ncron: 0 0 3 * * *\n',
    problems: [
      "2:1 drift.yml: 'cron' is \"0 0 3 * * *\": mode '5-part' requires exactly 5 parts, but pattern '0 0 3 * * *' has 6 parts.",
    ],
  },
  {
    says: 'a day that never comes',
    text: 'playbooks: [site.yml]\ncron: 0 0 30 2 *\n',
    problems: ['2:1 drift.yml: \'cron\' is "0 0 30 2 *": no day is ever meant'],
  },
  {
    says: 'a splay longer than the period',
    text: 'playbooks: [site.yml]\nevery: 5m\nsplay: 10m\n',
    problems: ["3:1 drift.yml: 'splay' is 10m, longer than 'every' (5m)"],
  },
  {
    says: 'a time of day and a zone',
    text: "playbooks: [site.yml]\nwindows:\n  - from: 25:00\n    to: '06:00'\n    timeZone: Europe/Berln\n",
    problems: [
      "3:5 drift.yml: 'windows[0].from' is 1500",
      '5:5 drift.yml: \'timeZone\' is "Europe/Berln"',
    ],
  },
  {
    says: 'a gate with two checks',
    text: "playbooks: [site.yml]\ngate:\n  before:\n    url: http://x\n    command: 'true'\n",
    problems: ["3:3 drift.yml: 'gate.before' needs either 'url' or 'command'"],
  },
  {
    says: 'a gate that is no URL',
    text: 'playbooks: [site.yml]\ngate:\n  after:\n    url: ftp://x\n',
    problems: ["4:5 drift.yml: 'url' is no URL that can be asked"],
  },
  {
    says: 'a notice without a way, one with two',
    text: "playbooks: [site.yml]\nnotify:\n  - about: [drift]\n  - webhook: http://x\n    command: 'true'\n",
    problems: [
      "3:5 drift.yml: 'notify[0]' has none",
      "4:5 drift.yml: 'notify[1]' has webhook and command",
    ],
  },
  {
    says: 'a kind of notice that is none',
    text: "playbooks: [site.yml]\nnotify:\n  - command: 'true'\n    about: [drft]\n",
    problems: ['4:13 drift.yml: \'notify[0].about[0]\' is "drft" | drift'],
  },
  {
    says: 'an address',
    text: 'playbooks: [site.yml]\nmetrics:\n  listen: nowhere\n',
    problems: ['3:3 drift.yml: \'metrics.listen\' is "nowhere"'],
  },
  {
    says: 'a vaulted value',
    text: 'playbooks: [site.yml]\nnotify:\n  - webhook: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162\n',
    problems: ["1:1 drift.yml: 'notify' is encrypted"],
  },
  { says: 'no mapping', text: '- playbooks\n', problems: ['1:1 drift.yml holds no mapping'] },
  {
    says: 'several at once',
    text: 'playbooks: []\nevry: 1h\nlimits:\n  hostsAtOnce: 0\n',
    problems: [
      "2:1 drift.yml: there is no setting 'evry' | every",
      "1:1 drift.yml: 'playbooks' is []",
      "4:3 drift.yml: 'limits.hostsAtOnce' is 0",
    ],
  },
];

describe('what is wrong in drift.yml is told with its place', () => {
  test.each(wrong)('$says', ({ text, problems }) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe('settings', () => {
  test('playbooks alone are enough', () => {
    expect(read('playbooks: [site.yml]\n')).toMatchObject({
      playbooks: [join(folder, 'site.yml')],
      inventory: [],
      schedule: { when: { everyMs: 900_000 }, splayMs: 0, splayBy: 'machine', missed: 'run-once' },
      policy: { rules: [], default: 'report' },
      windows: [],
      limits: {
        hostsAtOnce: 1,
        correctionsPerHour: 100,
        driftedShare: 0.5,
        sameDrift: { times: 3, withinMs: 86_400_000 },
      },
      gate: {},
      notify: [],
      remindMs: 86_400_000,
      metrics: {},
    });
  });

  test('files are relative to drift.yml, lists of hosts are no files', () => {
    const { playbooks, inventory, metrics, notify } = read(
      `playbooks: [a/site.yml]
inventory: [inventory, 'web1,']
metrics: { textfile: drift.prom }
notify: [{ webhookFile: url, tokenFile: token }]
`,
    );
    expect(playbooks).toEqual([join(folder, 'a/site.yml')]);
    expect(inventory).toEqual([join(folder, 'inventory'), 'web1,']);
    expect(metrics).toEqual({ textfile: join(folder, 'drift.prom') });
    expect(notify[0]!.to).toEqual({
      webhook: { file: join(folder, 'url') },
      tokenFile: join(folder, 'token'),
    });
  });

  test('times of windows are minutes, with or without quotes', () => {
    const { windows } = read(
      `playbooks: [site.yml]
timeZone: Europe/Berlin
windows:
  - { days: [sat], from: '22:00', to: 6:30 }
`,
    );
    expect(windows).toEqual([{ days: ['sat'], from: 1320, to: 390, timeZone: 'Europe/Berlin' }]);
  });

  test('without a file the flags are all there is', () => {
    const { name, playbooks } = readDriftSettings(
      undefined,
      { playbooks: ['site.yml'] },
      '/my site',
    );
    expect({ name, playbooks }).toEqual({ name: 'my-site', playbooks: ['/my site/site.yml'] });
  });
});

describe('flags', () => {
  const file = `playbooks: [site.yml]
every: 1h
limits: { hostsAtOnce: 2, correctionsPerHour: 7 }
run: { limit: web, forks: 3 }
`;

  test('win over the file, part by part', () => {
    const settings = read(file, { limits: { hostsAtOnce: 5 }, run: { limit: 'db' } });
    expect(settings.limits).toMatchObject({ hostsAtOnce: 5, correctionsPerHour: 7 });
    expect(settings.run).toEqual({ limit: 'db', forks: 3 });
  });

  test('cron takes the place of every', () => {
    expect(read(file, { cron: '0 3 * * *' }).schedule.when).toEqual({ cron: '0 3 * * *' });
  });

  test('what is wrong in them is told, too', () => {
    expect(() => read(file, { every: '5s' })).toThrow("'every' is 5s");
  });
});
