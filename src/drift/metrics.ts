import type { WatchState } from './state.ts';

export interface MetricsContext {
  readonly watch: string;
  /** When the next check is due; undefined while one runs. */
  readonly nextRun: number | undefined;
}

/** The figures in the text format of Prometheus. */
export function metricsText(state: WatchState, { watch, nextRun }: MetricsContext): string {
  const label = `watch="${escaped(watch)}"`;
  const { last, totals } = state;
  const families: Family[] = [
    [
      'last_check_timestamp_seconds',
      'gauge',
      'When the last check ended.',
      [['', seconds(last?.endedAt)]],
    ],
    [
      'last_good_run_timestamp_seconds',
      'gauge',
      'When a check last ended without an error.',
      [['', seconds(state.lastGood)]],
    ],
    [
      'next_check_timestamp_seconds',
      'gauge',
      'When the next check is due.',
      [['', seconds(nextRun)]],
    ],
    [
      'check_duration_seconds',
      'gauge',
      'How long the last check took.',
      [['', last && last.checkMs / 1000]],
    ],
    ['hosts', 'gauge', 'Hosts that answered the last check.', [['', last?.hosts]]],
    ['hosts_drifted', 'gauge', 'Hosts that drift.', [['', last?.driftedHosts]]],
    ['hosts_unreachable', 'gauge', 'Hosts that did not answer.', [['', last?.unreachable.length]]],
    [
      'findings',
      'gauge',
      'What differs behind the last check and its corrections.',
      Object.entries(last?.findings ?? {}).map(([kind, amount]) => [`kind="${kind}"`, amount]),
    ],
    [
      'held',
      'gauge',
      'Findings that the last check did not correct, by the reason.',
      Object.entries(last?.held ?? {}).map(([reason, amount]) => [`reason="${reason}"`, amount]),
    ],
    ['failing_checks', 'gauge', 'Checks that failed in a row.', [['', state.failures]]],
    ['checks_total', 'counter', 'Checks.', [['', totals.checks]]],
    ['check_failures_total', 'counter', 'Checks that failed.', [['', totals.failedChecks]]],
    ['corrections_total', 'counter', 'Findings that were corrected.', [['', totals.corrected]]],
    [
      'correction_failures_total',
      'counter',
      'Corrections that failed or did not hold.',
      [['', totals.failedCorrections]],
    ],
    [
      'notice_failures_total',
      'counter',
      'Notices that could not be delivered.',
      [['', totals.failedNotices]],
    ],
  ];
  return `${families.flatMap((family) => familyLines(family, label)).join('\n')}\n`;
}

type Family = [
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: (readonly [labels: string, value: number | undefined])[],
];

function familyLines([name, type, help, samples]: Family, label: string): string[] {
  const known = samples.filter(([, value]) => value !== undefined);
  if (known.length === 0) return [];
  const full = `rolecall_drift_${name}`;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} ${type}`,
    ...known.map(([labels, value]) => `${full}{${labels ? `${label},${labels}` : label}} ${value}`),
  ];
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : ms / 1000;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
