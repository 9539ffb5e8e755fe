import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cycle } from '../../src/drift/cycle.ts';
import { keepWatch, type WatchProcess } from '../../src/drift/keep-watch.ts';
import { type GivenSettings, readDriftSettings } from '../../src/drift/settings.ts';
import { FakeClock } from './support/fake-clock.ts';
import { FakeFleet } from './support/fake-fleet.ts';
import { finding } from './support/findings.ts';

let folder: string;
let stop: AbortController;
let cycles: Cycle[];
let waited: string[];
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drift-keep-'));
  stop = new AbortController();
  cycles = [];
  waited = [];
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function watching(
  settings: GivenSettings,
  given: Partial<WatchProcess> = {},
): WatchProcess & { clock: FakeClock; fleet: FakeFleet } {
  return {
    fleet: new FakeFleet([finding()]),
    settings: readDriftSettings(undefined, { playbooks: ['site.yml'], ...settings }, folder),
    stateFile: join(folder, 'site.json'),
    machine: 'admin1',
    machineId: 'a machine',
    clock: new FakeClock('2026-03-02T00:00:30Z'),
    signal: stop.signal,
    onCycle: (cycle) => cycles.push(cycle),
    onWaiting: (until) => waited.push(new Date(until).toISOString()),
    warn: (message) => warnings.push(message),
    ...given,
  } as WatchProcess & { clock: FakeClock; fleet: FakeFleet };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('a watch', () => {
  test('goes on where the last one stopped, and leaves its state and nothing else', async () => {
    const first = watching({ every: '1h', default: 'correct' });
    first.clock.when('2026-03-02T01:30:00Z', () => stop.abort());
    await keepWatch(first);
    expect(cycles.map(({ cause }) => cause)).toEqual(['first', 'due']);
    expect(waited).toEqual(['2026-03-02T01:00:00.000Z', '2026-03-02T02:00:00.000Z']);
    expect(readdirSync(folder)).toEqual(['site.json']);

    stop = new AbortController();
    const second = watching({ every: '1h' }, { clock: new FakeClock('2026-03-02T05:10:00Z') });
    second.clock.when('2026-03-02T05:20:00Z', () => stop.abort());
    const state = await keepWatch(second);
    expect(cycles.map(({ cause }) => cause)).toEqual(['first', 'due', 'missed']);
    expect(state.totals).toMatchObject({ checks: 3, corrected: 1 });
  });

  test('serves its figures while it runs', async () => {
    const port = await freePort();
    const seen: string[] = [];
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    const given = watching({ name: 'site', every: '1h', metrics: { listen: String(port) } });
    const { clock } = given;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      seen.push(await ask('/metrics'), await ask('/healthz'));
      stop.abort();
      return sleep(ms, signal);
    };
    await keepWatch(given);
    expect(seen[0]).toContain('hosts_drifted{watch="site"} 1');
    expect(seen[0]).toContain(`next_check_timestamp_seconds{watch="site"} 1772413200`);
    expect(seen[1]).toBe('ok\n');
    await expect(ask('/metrics')).rejects.toThrow('fetch failed');
  });

  test('does not begin when nothing can be served at its address', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const given = watching({ metrics: { listen: String(port) } });
    await expect(keepWatch(given)).rejects.toMatchObject({ code: 'drift-settings-invalid' });
    expect(given.fleet.calls).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });

  test('does not begin where its lock cannot be', async () => {
    writeFileSync(join(folder, 'file'), '');
    const given = watching({}, { stateFile: join(folder, 'file/site.json') });
    await expect(keepWatch(given)).rejects.toMatchObject({ code: 'drift-state-unwritable' });
  });

  test('sets a damaged state aside and says so', async () => {
    writeFileSync(join(folder, 'site.json'), '{');
    await keepWatch(watching({}, { once: 'now' }));
    expect(warnings.length).toBe(1);
    expect(readdirSync(folder).length).toBe(2);
    expect(JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8')).totals.checks).toBe(1);
  });
});

describe('one cycle', () => {
  test('behind the splay, which is the same each time', async () => {
    const begun: number[] = [];
    for (let again = 0; again < 2; again++) {
      const given = watching({ every: '1h', splay: '10m' }, { once: 'splayed' });
      await keepWatch(given);
      begun.push(cycles.at(-1)!.startedAt - Date.parse('2026-03-02T00:00:30Z'));
    }
    expect(begun[0]).toBe(begun[1]);
    expect(begun[0]).toBeGreaterThan(0);
    expect(begun[0]).toBeLessThanOrEqual(600_000);
  });

  test('none when it is stopped in the splay', async () => {
    stop.abort();
    await keepWatch(watching({ splay: '10m' }, { once: 'splayed' }));
    expect(cycles).toEqual([]);
  });

  test('takes no address: timers come too often for one', async () => {
    const listen = watching({ metrics: { listen: '1' } }, { once: 'now' });
    await keepWatch(listen);
    expect(cycles.length).toBe(1);
  });
});
