import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BalancedLab, changed, statuses, useBalancedLab } from '../support/balanced-web.ts';
import { load, startLoad } from '../support/load.ts';

let site: BalancedLab;

beforeAll(async () => {
  site = await useBalancedLab();
});

afterAll(() => site?.close());

/** What a second run must leave as it was. */
const processes = () =>
  site.lab.sh(
    'lb1',
    'pgrep -x haproxy; stat -c %Y /etc/haproxy/haproxy.cfg; systemctl show -p ActiveEnterTimestamp haproxy',
  );

function print(experiment: string, text: string): void {
  process.stdout.write(`experiment ${experiment}: ${text}\n`);
}

describe('from a virgin host', () => {
  test('what the dry run predicts is what apply changes; then nothing does', async () => {
    const before = await site.lab.hashTree('lb1');
    const predicted = await site.converge({}, '--check');
    expect(site.lab.differences(before, await site.lab.hashTree('lb1'))).toEqual([]);
    const applied = await site.converge({});
    expect(statuses(applied), applied.stdout).toEqual(statuses(predicted));
    expect(changed(applied)).toEqual([
      'Install HAProxy',
      'Cut the sessions of servers that go down',
      'Configure HAProxy',
      'Reload HAProxy',
    ]);
    const running = await processes();
    const again = await site.converge({});
    expect({ status: again.exitStatus, changed: changed(again) }).toEqual({
      status: 0,
      changed: [],
    });
    expect(await processes()).toBe(running);
    const report = await load({ url: site.url, requests: 20, clients: 2 });
    expect(report).toMatchObject({ failed: 0, bySrv: { web1: 10, web2: 10 } });
  });
});

describe('what is said and counted', () => {
  test('headers for the server, the name of the balancer, statistics, metrics', async () => {
    await site.converge({});
    const answer = await fetch(`${site.url}echo`, {
      headers: {
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-proto': 'https',
        'x-request-id': 'mine',
      },
    });
    const [from, protocol, id] = (await answer.text()).trim().split('|');
    expect({ from, protocol }).toEqual({
      from: expect.not.stringMatching(/6\.6/),
      protocol: 'http',
    });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(answer.headers.get('x-served-by-balancer')).toBe('lb1');
    const get = (path: string) =>
      site.lab.sh(
        'lb1',
        `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8404"); print $s "GET ${path} HTTP/1.0\r\n\r\n"; print while <$s>'`,
      );
    expect(await get('/metrics')).toMatch(
      /^haproxy_server_status\{proxy="web",server="web1",state="UP"\} 1$/m,
    );
    expect(await get('/stats')).toContain('Statistics Report for HAProxy');
    await expect(fetch(`http://${site.lab.host('lb1').address}:8404/stats`)).rejects.toThrow();
  });

  test('a POST is not sent a second time', async () => {
    await site.lab.sh('web1', 'systemctl stop nginx; echo 0 >/srv/posts');
    // Takes requests and goes away without an answer.
    const server = `use IO::Socket::INET; $s = IO::Socket::INET->new(LocalPort => 80, Listen => 50, ReuseAddr => 1);
      while ($c = $s->accept) { $l = <$c>; if ($l =~ /healthz/) { print $c "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" } elsif ($l =~ /POST/) { open F, ">>/srv/posts"; print F "x\n"; close F } close $c }`;
    await site.lab.sh(
      'web1',
      `cat >/root/server.pl <<'END'\n${server}\nEND\nsystemd-run -q --unit=posts perl /root/server.pl`,
    );
    await site.allUp();
    const posts = await load({
      url: site.url,
      method: 'POST',
      requests: 10,
      clients: 1,
      keepAlive: false,
    });
    const gets = await load({ url: site.url, requests: 10, clients: 1, keepAlive: false });
    const seen = await site.lab.sh('web1', 'grep -c x /srv/posts');
    await site.lab.sh('web1', 'systemctl stop posts; systemctl start nginx');
    await site.allUp();
    // nginx on web2 refuses a POST itself, with 405.
    expect(posts.errors.filter(({ status }) => status === 502)).toHaveLength(Number(seen));
    expect(Number(seen)).toBeGreaterThan(2);
    expect(gets).toMatchObject({ failed: 0, bySrv: { web2: 10 } });
  });
});

describe('who is in service', () => {
  test('15: what a killed run left drained or in maintenance is put back', async () => {
    await site.ask('set server web/web2 state drain');
    await site.ask('set server web/web1 state maint');
    const predicted = await site.converge({}, '--check');
    const applied = await site.converge({});
    expect(changed(applied)).toEqual(['Put servers in and out of service']);
    expect(statuses(applied)).toEqual(statuses(predicted));
    await site.allUp();
    expect(changed(await site.converge({}))).toEqual([]);
    print('15', (await site.servers()).join(', '));
  });

  test('maintenance drains, cuts what is left, and outlasts reload and restart', async () => {
    const held = new AbortController();
    const slow = Array.from({ length: 6 }, () =>
      fetch(`${site.url}slow`, { signal: held.signal })
        .then((answer) => answer.arrayBuffer())
        .then(
          () => 'done',
          () => 'cut',
        ),
    );
    await site.until(async () => !(await site.servers())[1]!.endsWith(' 0'));
    const params = { maintenance: ['web2'], drainTimeout: '2s' };
    const running = startLoad({ url: site.url, clients: 2 });
    const applied = await site.converge(params);
    const report = await running.stop();
    expect(changed(applied)).toEqual([
      'Put servers in and out of service',
      'Configure HAProxy',
      'Reload HAProxy',
    ]);
    expect(report.failed).toBe(0);
    expect(await Promise.race(slow)).toBe('cut');
    held.abort();
    expect((await site.servers())[1]).toBe('web2 MAINT 0');
    await site.lab.sh('lb1', 'systemctl restart haproxy');
    await site.until(async () => (await site.servers())[1] === 'web2 MAINT 0');
    expect(changed(await site.converge(params))).toEqual([]);
    expect(changed(await site.converge({}))).toEqual([
      'Put servers in and out of service',
      'Configure HAProxy',
      'Reload HAProxy',
    ]);
    await site.allUp();
  });

  test('a reload under load fails nothing and keeps what is known of servers', async () => {
    await site.lab.sh('web2', 'systemctl stop nginx');
    await site.until(async () => (await site.servers())[1]!.startsWith('web2 DOWN'));
    // a request may cross the goodbye on a connection that was idle: clients send those again
    const running = startLoad({ url: site.url, keepAlive: false });
    const before = await processes();
    expect(changed(await site.converge({ identify: false }))).toEqual([
      'Configure HAProxy',
      'Reload HAProxy',
    ]);
    expect(await site.servers()).toEqual([
      expect.stringMatching(/^web1 UP/),
      expect.stringMatching(/^web2 DOWN/),
    ]);
    await site.converge({});
    const report = await running.stop();
    expect(report).toMatchObject({ failed: 0 });
    const started = (text: string) => text.split('\n').at(-2);
    expect(started(await processes())).toBe(started(before));
    expect(await site.lab.exec('lb1', ['test', '-e', '/run/haproxy-server-state'])).toMatchObject({
      status: 1,
    });
    await site.lab.sh('web2', 'systemctl start nginx');
    await site.allUp();
  });
});

describe('what goes wrong on the host is seen', () => {
  test('a port that somebody else has: the run fails, says so, and users notice nothing', async () => {
    await site.lab.sh('lb1', 'systemd-run -q --unit=squatter busybox nc -l -p 8080');
    const frontends = [80, 8080].map((port) => ({ name: `www${port}`, port, backend: 'web' }));
    const failed = await site.converge({ frontends });
    expect(failed.exitStatus).not.toBe(0);
    expect(failed.tasks.at(-1)).toMatchObject({ status: 'failed' });
    expect(failed.stdout).toContain('still runs with its old configuration');
    expect(failed.stdout).toMatch(/cannot bind socket.*8080/i);
    expect(await load({ url: site.url, requests: 10 })).toMatchObject({ failed: 0 });
    await site.lab.sh('lb1', 'systemctl stop squatter');
    const owed = await site.converge({ frontends });
    expect(changed(owed)).toEqual(['Reload HAProxy']);
    expect(await load({ url: site.url.replace(/\/$/, ':8080/'), requests: 10 })).toMatchObject({
      failed: 0,
    });
    await site.converge({});
  });

  test('drift: edited, stopped, disabled', async () => {
    await site.lab.sh(
      'lb1',
      'echo "# mine" >>/etc/haproxy/haproxy.cfg; systemctl disable -q --now haproxy',
    );
    const predicted = await site.converge({}, '--check');
    const applied = await site.converge({});
    expect(statuses(applied)).toEqual(statuses(predicted));
    expect(changed(applied)).toEqual(
      expect.arrayContaining(['Configure HAProxy', 'Run HAProxy, now and at boot']),
    );
    expect(changed(await site.converge({}))).toEqual([]);
  });
});
