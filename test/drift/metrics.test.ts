import { afterEach, describe, expect, test } from 'vitest';
import { parseListen } from '../../src/drift/listen.ts';
import { metricsText } from '../../src/drift/metrics.ts';
import { type MetricsServer, serveMetrics } from '../../src/drift/metrics-server.ts';
import { emptyState, type WatchState } from '../../src/drift/state.ts';

const state: WatchState = {
  ...emptyState,
  lastGood: 1_500_000,
  failures: 1,
  last: {
    startedAt: 1_000_000,
    endedAt: 2_000_500,
    checkMs: 1250,
    hosts: 3,
    driftedHosts: 2,
    unreachable: ['db1'],
    findings: { drifted: 4, pending: 1, unknown: 0 },
    corrected: 1,
    held: { policy: 3 },
  },
  totals: { checks: 7, failedChecks: 2, corrected: 5, failedCorrections: 1, failedNotices: 3 },
};

/** Samples without help and types. */
function samples(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('figures', () => {
  test('of a check', () => {
    const text = metricsText(state, { watch: 'a"b', nextRun: 3_000_000 });
    const label = 'watch="a\\"b"';
    expect(samples(text)).toEqual([
      `rolecall_drift_last_check_timestamp_seconds{${label}} 2000.5`,
      `rolecall_drift_last_good_run_timestamp_seconds{${label}} 1500`,
      `rolecall_drift_next_check_timestamp_seconds{${label}} 3000`,
      `rolecall_drift_check_duration_seconds{${label}} 1.25`,
      `rolecall_drift_hosts{${label}} 3`,
      `rolecall_drift_hosts_drifted{${label}} 2`,
      `rolecall_drift_hosts_unreachable{${label}} 1`,
      `rolecall_drift_findings{${label},kind="drifted"} 4`,
      `rolecall_drift_findings{${label},kind="pending"} 1`,
      `rolecall_drift_findings{${label},kind="unknown"} 0`,
      `rolecall_drift_held{${label},reason="policy"} 3`,
      `rolecall_drift_failing_checks{${label}} 1`,
      `rolecall_drift_checks_total{${label}} 7`,
      `rolecall_drift_check_failures_total{${label}} 2`,
      `rolecall_drift_corrections_total{${label}} 5`,
      `rolecall_drift_correction_failures_total{${label}} 1`,
      `rolecall_drift_notice_failures_total{${label}} 3`,
    ]);
  });

  test('each family is described once, ahead of its samples', () => {
    const lines = metricsText(state, { watch: 'site', nextRun: undefined }).trimEnd().split('\n');
    const names = samples(lines.join('\n')).map((line) => line.split('{')[0]!);
    for (const name of new Set(names)) {
      const at = lines.findIndex((line) => line.startsWith(`# HELP ${name} `));
      expect(lines[at + 1]).toMatch(new RegExp(`^# TYPE ${name} (gauge|counter)$`));
      expect(lines[at + 2]).toMatch(new RegExp(`^${name}{`));
      expect(lines.filter((line) => line.startsWith(`# TYPE ${name} `)).length).toBe(1);
    }
  });

  test('what is not known before the first check is left out', () => {
    const text = metricsText(emptyState, { watch: 'site', nextRun: undefined });
    expect(samples(text)[0]).toBe('rolecall_drift_failing_checks{watch="site"} 0');
    expect(text).not.toContain('undefined');
  });
});

describe('the server', () => {
  let server: MetricsServer | undefined;
  afterEach(() => server?.close());

  test('answers what can be read, and nothing else', async () => {
    let healthy = true;
    server = await serveMetrics(
      { host: '127.0.0.1', port: 0 },
      { metrics: () => 'figures 1\n', isHealthy: () => healthy },
    );
    const ask = async (method: string, path: string) => {
      const answer = await fetch(`http://127.0.0.1:${server!.port}${path}`, { method });
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await ask('GET', '/metrics')).toBe('200 figures 1\n');
    expect(await ask('HEAD', '/metrics?x=1')).toBe('200 ');
    expect(await ask('GET', '/healthz')).toBe('200 ok\n');
    expect(await ask('GET', '/')).toBe('404 /metrics or /healthz\n');
    expect(await ask('POST', '/metrics')).toBe('405 only GET\n');
    healthy = false;
    expect(await ask('GET', '/healthz')).toBe('503 the last check failed\n');
  });

  test('an address that is taken is an error', async () => {
    const read = { metrics: () => '', isHealthy: () => true };
    server = await serveMetrics({ host: '127.0.0.1', port: 0 }, read);
    await expect(serveMetrics({ host: '127.0.0.1', port: server.port }, read)).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});

test.each([
  ['9464', { host: '127.0.0.1', port: 9464 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:9464', { host: '::1', port: 9464 }],
  ['localhost:1', { host: 'localhost', port: 1 }],
  ['::1:9464', undefined],
  ['9464x', undefined],
  ['65536', undefined],
])('where it listens: %s', (text, expected) => {
  expect(parseListen(text)).toEqual(expected);
});
