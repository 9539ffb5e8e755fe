import { describe, expect, test } from 'vitest';
import { axis, linePlot } from './plot.ts';
import { digits, goalTable, type Report, reportText } from './report.ts';
import { type Goal, isMet, ratio } from './result.ts';
import { withFigures, withPart } from './write-pages.ts';

const summary = (median: number, count = 5) => ({
  median,
  min: median / 2,
  max: 2 * median,
  count,
});
const row = (name: string, wall: number) => ({
  name,
  wall: summary(wall),
  cpu: summary(0.1),
  memory: summary(80 * 1024 ** 2),
});
const report: Report = {
  date: '2026-01-02T03:04:05.678Z',
  runs: 5,
  quick: false,
  machine: {
    processor: 'Some processor',
    cores: 2,
    memory: 8 * 1024 ** 3,
    kernel: '6.1',
    system: 'Debian 13',
    load: 0.25,
    versions: { rolecall: '1.0.0', OpenSSH: 'OpenSSH_10.0' },
    missing: ['Ansible is not installed'],
  },
  results: [
    {
      id: 'S1',
      title: 'Ten tasks',
      rows: [row('floor', 0.25), { ...row('rolecall', 0.5), hostCpu: summary(1, 1) }],
      goals: [
        {
          ...{ what: 'against the floor', value: 2, unit: '×', limit: 2, bound: 'most' },
          peers: { Ansible: 90, Mitogen: 20 },
        },
      ],
      notes: ['hosts: 8'],
    },
  ],
};

test('a ratio is one of medians', () => {
  expect(ratio(report.results[0]!.rows, 'rolecall', 'floor')).toEqual({ value: 2, unit: '×' });
  expect(() => ratio([], 'rolecall', 'floor')).toThrow("no row 'rolecall'");
});

test.each<[Goal['bound'], number, boolean]>([
  ['most', 1.9, true],
  ['most', 2, true],
  ['most', 2.1, false],
  ['least', 1.9, false],
  ['least', 2.1, true],
  ['most', Number.NaN, false],
])('at %s 2, %d', (bound, value, expected) => {
  expect(isMet({ what: '', value, unit: '', limit: 2, bound })).toBe(expected);
});

test.each([
  [0.0123, '0.0123'],
  [0.00001, '0.0000'],
  [1.234, '1.23'],
  [12.34, '12.3'],
  [1234, '1234'],
  [0, '0.00'],
  [Number.NaN, '–'],
])('%d as text', (value, expected) => {
  expect(digits(value)).toBe(expected);
});

test('the report says where, with what, and what came out', () => {
  expect(reportText(report)).toMatchInlineSnapshot(`
    "2026-01-02, Some processor, 2 cores, 8 GB, Debian 13, Linux 6.1.
    Load when it began: 0.3.
    Runs of each: 5.
    rolecall 1.0.0, OpenSSH_10.0.
    Ansible is not installed.

    |  | work | figure | measured | others | goal |  |
    | --- | --- | --- | --- | --- | --- | --- |
    | S1 | Ten tasks | against the floor | 2.00 × | Ansible 90.0 ×, Mitogen 20.0 × | ≤ 2.00 × | met |

    ### S1: Ten tasks

    |  | wall s | controller CPU s | hosts’ CPU s | MB |
    | --- | --- | --- | --- | --- |
    | floor | 0.250 (0.125–0.500) | 0.100 (0.0500–0.200) | – | 80 |
    | rolecall | 0.500 (0.250–1.00) | 0.100 (0.0500–0.200) | 1.00 (one run) | 80 |

    - hosts: 8"
  `);
});

test('a result with several goals is named once', () => {
  const [first] = report.results;
  const { peers: _, ...goal } = first!.goals[0]!;
  const goals = [goal, { ...goal, what: 'the rest', value: 3 }];
  const lines = goalTable([{ ...first!, goals }])
    .split('\n')
    .slice(2);
  expect(lines).toEqual([
    '| S1 | Ten tasks | against the floor | 2.00 × |  | ≤ 2.00 × | met |',
    '|  |  | the rest | 3.00 × |  | ≤ 2.00 × | **not met** |',
  ]);
});

test('only what is between the marks of the page is replaced', () => {
  const page = (figures: string) =>
    `By hand.\n<!-- figures: npm run bench -- --write -->\n\n${figures}\n\n<!-- end of figures -->\nMore.\n`;
  expect(withFigures(page('old'), 'new')).toBe(page('new'));
  expect(() => withFigures('no marks', 'new')).toThrow('the page lacks');
});

test('what is measured by itself takes the place of the earlier figures and tells when that was', () => {
  const [first] = report.results;
  const machine = { ...report.machine, load: 3, versions: { rolecall: '1.0.1' } };
  const later = { ...report, machine, date: '2026-02-03T00:00:00.000Z' };
  const whole = withPart(
    { ...report, results: [first!, { ...first!, id: 'S2' }] },
    {
      ...later,
      results: [
        { ...first!, title: 'Anew' },
        { ...first!, id: 'S3' },
      ],
    },
  );
  expect(whole.results.map(({ id, title }) => `${id} ${title}`)).toEqual([
    'S1 Anew',
    'S2 Ten tasks',
    'S3 Ten tasks',
  ]);
  const said = 'Measured by itself on 2026-02-03, rolecall 1.0.1, load 3.0.';
  expect(reportText(whole).split(said)).toHaveLength(3);
  expect(whole.date).toBe(report.date);
});

describe('an axis', () => {
  test.each([
    ['log' as const, [1, 1000], [1, 10, 100, 1000]],
    ['log' as const, [0.3, 4], [0.1, 1, 10]],
    ['log' as const, [10], [10, 100]],
    ['linear' as const, [0, 40], [0, 10, 20, 30, 40]],
    ['linear' as const, [0, 0], [0, 1]],
  ])('%s, of %j', (scale, values, expected) => {
    expect(axis(values, scale, 0, 100).ticks).toEqual(expected);
  });

  test('a value has its place between the ends', () => {
    expect([1, 10, 100].map(axis([1, 100], 'log', 300, 100).at)).toEqual([300, 200, 100]);
    expect([0, 20, 40].map(axis([0, 40], 'linear', 0, 100).at)).toEqual([0, 50, 100]);
  });
});

test('a plot shows names, labels, and each series in the order of x', () => {
  const series = new Map([['a < b', [point(100, 2), point(10, 1)]]]);
  const svg = linePlot({ title: 'T', xLabel: 'tasks', yLabel: 's', scale: 'log', series });
  expect(svg).toContain('>a &lt; b</text>');
  expect(svg).toContain('>tasks</text>');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).toContain('points="70,300 470,');
});

function point(x: number, y: number) {
  return { x, y };
}

test('phases stand next to what the package manager alone takes, with their sum', () => {
  const phases = [
    { name: 'Databases', hosts: ['db1', 'db2'], wall: 30, packages: 20 },
    { name: 'Web', hosts: ['web1'], wall: 10, packages: 5 },
  ];
  const text = reportText({ ...report, results: [{ ...report.results[0]!, phases }] });
  expect(text.split('\n').filter((line) => /^\| (Databases|Web|all) /.test(line))).toEqual([
    '| Databases | db1 db2 | 30.0 | 20.0 | 10.0 |',
    '| Web | web1 | 10.0 | 5.00 | 5.00 |',
    '| all |  | 40.0 | 25.0 | 15.0 |',
  ]);
});
