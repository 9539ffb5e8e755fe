import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BalancedLab, useBalancedLab } from '../support/balanced-web.ts';
import { load, loadFigures, startLoad } from '../support/load.ts';

let site: BalancedLab;

beforeAll(async () => {
  site = await useBalancedLab();
});

afterAll(() => site?.close());

/** Milliseconds: fall × inter + timeout. */
const bound = 3 * 2000 + 2000;

function print(experiment: string, text: string): void {
  process.stdout.write(`experiment ${experiment}: ${text}\n`);
}

describe('algorithms', () => {
  beforeAll(async () => {
    await site.converge({});
    await site.allUp();
  });
  test('1: roundrobin takes turns', async () => {
    await site.converge({});
    const report = await load({ url: site.url, requests: 100, clients: 1 });
    print('1', loadFigures(report));
    expect(report.bySrv).toEqual({ web1: 50, web2: 50 });
  });

  test('weights share the requests', async () => {
    await site.converge({
      backends: [{ name: 'web', servers: { group: 'web', weights: { web2: 3 } } }],
    });
    const report = await load({ url: site.url, requests: 100, clients: 1 });
    expect(report.bySrv).toEqual({ web1: 25, web2: 75 });
  });

  test('2: leastconn gives 10 requests to the server that is not busy', async () => {
    await site.converge({ backends: [{ name: 'web', algorithm: 'leastconn' }] });
    await site.allUp();
    const held = new AbortController();
    const hold = (count: number) =>
      Array.from({ length: count }, () =>
        fetch(`${site.url}slow`, { signal: held.signal }).catch(() => {}),
      );
    await site.ask('set server web/web2 state maint');
    hold(10);
    await site.until(async () => (await site.servers())[0] === 'web1 UP 10');
    await site.ask('set server web/web2 state ready');
    await site.allUp();
    hold(10);
    await site.until(async () => (await site.servers()).join() === 'web1 UP 10,web2 UP 10');
    print('2', (await site.servers()).join(', '));
    held.abort();
  });

  test('3: source sends an address to one server, and addresses to both', async () => {
    await site.converge({ backends: [{ name: 'web', algorithm: 'source' }] });
    const { bySrv } = await load({ url: site.url, requests: 100, clients: 2 });
    const from = await site.lab.sh(
      'lb1',
      `for n in $(seq 2 61); do perl -MIO::Socket::INET -e '
        $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 80, LocalAddr => "127.0.0.$ARGV[0]") or die $!;
        print $s "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"; print grep /^x-served-by-web/i, <$s>' $n; done`,
    );
    const counts = Object.groupBy(from.trim().split(/\s*\n/), (line) => line.split(' ')[1]!);
    print(
      '3',
      `${JSON.stringify(bySrv)}; of 60 addresses ${counts.web1?.length} to web1, ${counts.web2?.length} to web2`,
    );
    expect(Object.values(bySrv)).toEqual([100]);
    expect(Object.keys(counts).sort()).toEqual(['web1', 'web2']);
  });
});

describe('a server fails under load', () => {
  test('4: killed: no GET fails', async () => {
    await site.converge({});
    await site.allUp();
    const running = startLoad({ url: site.url });
    await sleep(1000);
    await site.lab.sh('web1', 'systemctl kill -s KILL nginx');
    await sleep(4000);
    const report = await running.stop();
    await site.lab.sh('web1', 'systemctl restart nginx');
    print('4', loadFigures(report));
    expect(report).toMatchObject({ failed: 0 });
    expect(report.ok).toBeGreaterThan(500);
  });

  test('5: stopped by a signal: errors end within fall × inter + timeout', async () => {
    await site.allUp();
    const running = startLoad({ url: site.url });
    await sleep(1000);
    const stoppedAt = running.now();
    await site.lab.sh('web1', 'pkill -STOP nginx');
    await sleep(11_000);
    const report = await running.stop();
    await site.lab.sh('web1', 'pkill -CONT nginx');
    const last = Math.max(stoppedAt, ...report.errors.map(({ atMs }) => atMs));
    print('5', `${loadFigures(report)}; last error ${Math.round(last - stoppedAt)} ms after`);
    expect(last - stoppedAt).toBeLessThan(bound);
    expect(report.answers.filter(({ atMs }) => atMs > last).length).toBeGreaterThan(100);
  });

  test('6, 7: active-passive: the backup takes over, and hands back without an error', async () => {
    const backends = [{ name: 'web', topology: 'active-passive', active: 'web1' }];
    await site.converge({ backends });
    await site.allUp();
    const running = startLoad({ url: site.url });
    await sleep(1000);
    const stoppedAt = running.now();
    await site.lab.sh('web1', 'systemctl stop nginx');
    await sleep(3000);
    const startedAt = running.now();
    await site.lab.sh('web1', 'systemctl start nginx');
    await site.until(async () => (await site.servers())[0]!.startsWith('web1 UP '));
    const upAt = running.now();
    await sleep(1500);
    const report = await running.stop();
    const others = report.answers.filter(
      ({ by, atMs }) => by === 'web1' && atMs > stoppedAt && atMs < startedAt,
    );
    const firstBackup =
      report.answers.find(({ by }) => by === 'web2')?.atMs ?? Number.POSITIVE_INFINITY;
    print(
      '6, 7',
      `${loadFigures(report)}; backup after ${Math.round(firstBackup - stoppedAt)} ms, back after ${Math.round(upAt - startedAt)} ms`,
    );
    expect(firstBackup - stoppedAt).toBeLessThan(bound);
    expect(others.filter(({ atMs }) => atMs > firstBackup)).toEqual([]);
    const lastError = Math.max(stoppedAt, ...report.errors.map(({ atMs }) => atMs));
    expect(lastError - stoppedAt).toBeLessThan(bound);
    expect(report.errors.filter(({ atMs }) => atMs >= startedAt)).toEqual([]);
    expect(
      new Set(report.answers.filter(({ atMs }) => atMs > upAt + 200).map(({ by }) => by)),
    ).toEqual(new Set(['web1']));
  });
});

describe('an update in turns', () => {
  test('drain, restart, back into service: no request fails', async () => {
    await site.converge({});
    await site.allUp();
    const socket = '/run/haproxy/admin.sock';
    const host = '{{ inventory_hostname }}';
    const task = (name: string, more: object) => ({
      name,
      haproxy: { host, socket, wait: true, wait_interval: 1, ...more },
      delegate_to: 'lb1',
    });
    const plays = [
      {
        ...{ hosts: 'web', serial: 1, gather_facts: false, become: true },
        tasks: [
          task('Drain it', { backend: 'web', state: 'disabled', drain: true }),
          { name: 'Stop', command: 'systemctl stop nginx' },
          { name: 'Be away', command: 'sleep 1' },
          { name: 'Start', command: 'systemctl start nginx' },
          task('Put it back', { state: 'enabled' }),
        ],
      },
    ];
    const running = startLoad({ url: site.url });
    const run = await site.play(plays);
    const report = await running.stop();
    print('rolling restart', loadFigures(report));
    expect(run.exitStatus, run.stdout).toBe(0);
    expect(report.failed).toBe(0);
    expect(await site.servers()).toEqual([
      expect.stringMatching(/^web1 UP/),
      expect.stringMatching(/^web2 UP/),
    ]);
  });
});
