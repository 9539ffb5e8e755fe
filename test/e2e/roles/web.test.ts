import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { loadFigures, startLoad } from '../support/load.ts';
import { type Got, get } from './http-get.ts';
import { type OneRole, useRole } from './one-role.ts';

let lab: TestLab;
let site: OneRole;

const hosts = ['web1', 'web2'];
const foobar = {
  name: 'foobar',
  serverNames: ['www.foobar.com'],
  upstream: 'app',
  headers: { 'X-Content-Type-Options': 'nosniff' },
  locations: [
    {
      path: '/static/',
      root: '/srv/foobar/current',
      manageRoot: false,
      headers: { 'Cache-Control': 'max-age=5' },
    },
  ],
};
const blog = { name: 'blog', serverNames: ['blog.foobar.com'], root: '/srv/www/blog' };
const upstreams = [{ name: 'app', servers: { group: 'app', port: 3000 } }];
const whole = { identify: true, upstreams, sites: [foobar, blog] };

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1', 'web2', 'app1');
  site = await useRole(lab, 'web', 'web');
  await echoServer();
  await Promise.all(
    hosts.map((host) =>
      lab.sh(
        host,
        `for id in a b; do mkdir -p /srv/foobar/releases/$id/static; echo $id >/srv/foobar/releases/$id/static/id; done
ln -s releases/a /srv/foobar/current`,
      ),
    ),
  );
});
afterAll(() => site?.close());

describe('on virgin hosts', () => {
  test('the dry run alters nothing and is right, a second run finds nothing to do', async () => {
    const before = await onEach(lab.hashTree);
    const planned = await site.converge(whole, '--check');
    const after = await onEach(lab.hashTree);
    expect(after.flatMap((tree, index) => lab.differences(before[index]!, tree))).toEqual([]);
    expect(planned.status, planned.stdout).toBe(0);
    expect(planned.with('unknown')).toEqual([]);

    const done = await site.converge(whole);
    expect(done.status, done.stdout).toBe(0);
    expect(done.with('changed')).toEqual(planned.with('changed'));
    expect(done.with('changed').filter((name) => name.startsWith('web1'))).toEqual([
      'web1: web : Configure nginx',
      'web1: web : Install nginx',
      'web1: web : Make the root /srv/www/blog',
      'web1: web : Reload nginx',
    ]);

    const marks = await onEach(marksOf);
    const again = await site.converge(whole, '--detailed-exitcode');
    expect(again.status, again.stdout).toBe(0);
    expect(await onEach(marksOf)).toEqual(marks);
  });
});

describe('what is served', () => {
  test('each site by its name, with its headers on errors too', async () => {
    await onEach((host) => lab.sh(host, 'echo a blog >/srv/www/blog/index.html'));
    expect(await ask('/', 'blog.foobar.com')).toMatchObject({ status: 200, body: 'a blog\n' });
    expect(await ask('/static/id', 'www.foobar.com')).toMatchObject({ status: 200, body: 'a\n' });
    for (const [path, status] of [
      ['/static/id', 200],
      ['/static/none', 404],
      ['/any', 200],
      ['/fail', 500],
    ] as const) {
      const { headers, ...answer } = await ask(path, 'www.foobar.com');
      expect(answer.status).toBe(status);
      expect(headers).toMatchObject({
        'x-served-by-web': 'web1',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['cache-control']).toBe(path.startsWith('/static') ? 'max-age=5' : undefined);
    }
    expect((await ask('/any', 'www.foobar.com', {}, 'web2')).headers).toMatchObject({
      'x-served-by-web': 'web2',
    });
  });

  test('no hidden files', async () => {
    const folder = '/srv/foobar/current/static';
    await lab.sh(
      'web1',
      `cd ${folder} && mkdir -p .git .well-known && echo secret | tee .env .git/config .well-known/x`,
    );
    for (const path of ['.env', '.git/config', '.git/']) {
      expect(await ask(`/static/${path}`, 'www.foobar.com')).toMatchObject({
        status: 404,
        headers: { 'x-content-type-options': 'nosniff' },
      });
    }
    expect((await ask('/static/.well-known/x', 'www.foobar.com')).status).toBe(200);
  });

  test('no name but those of sites; health for any', async () => {
    expect((await ask('/', 'nobody.test')).status).toBe(421);
    expect((await ask('/', lab.host('web1').address)).status).toBe(421);
    for (const name of ['nobody.test', 'www.foobar.com', 'blog.foobar.com']) {
      expect(await ask('/healthz', name)).toMatchObject({ status: 200, body: 'ok\n' });
    }
    await lab.sh('app1', 'systemctl stop nginx');
    expect((await ask('/any', 'www.foobar.com')).status).toBe(502);
    expect((await ask('/healthz', 'www.foobar.com')).status).toBe(200);
    await lab.sh('app1', 'systemctl start nginx');
  });

  test('the status page on the host itself, nowhere else', async () => {
    const script = `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8081"); print $s "GET /status HTTP/1.0\\r\\n\\r\\n"; print while <$s>'`;
    expect(await lab.sh('web1', script)).toContain('Active connections');
    await expect(get(`http://${lab.host('web1').address}:8081/status`)).rejects.toThrow();
  });

  test('the packaged site is not there', async () => {
    expect((await ask('/index.nginx-debian.html', 'localhost')).status).toBe(421);
  });
});

describe('what the app hears', () => {
  const spoof = {
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-proto': 'https',
    'x-request-id': 'abc-1',
  };

  test('from somebody who is no balancer: the real address', async () => {
    const heard = JSON.parse((await ask('/any', 'www.foobar.com', spoof)).body);
    const own = heard.real;
    expect(own).toMatch(/^10\./);
    expect(heard).toEqual({
      real: own,
      for: `198.51.100.7, ${own}`,
      proto: 'http',
      host: 'www.foobar.com',
      id: 'abc-1',
      connection: '',
    });
  });

  test('from a balancer: the address of its client; an id of our own where there is none', async () => {
    const { real } = JSON.parse((await ask('/any', 'www.foobar.com')).body);
    await converged({ ...whole, sites: [{ ...foobar, realIpFrom: [real] }, blog] });
    const heard = JSON.parse((await ask('/any', 'www.foobar.com', spoof)).body);
    expect(heard).toMatchObject({
      real: '198.51.100.7',
      for: `198.51.100.7, ${real}`,
      proto: 'https',
    });
    const { id } = JSON.parse(
      (await ask('/any', 'www.foobar.com', { 'x-request-id': 'a b;c' })).body,
    );
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await lab.sh('web1', 'tail -n 2 /var/log/nginx/access.log | head -n 1')).toMatch(
      /^198\.51\.100\.7 .* host=www\.foobar\.com request=abc-1 /,
    );
  });
});

describe('upstreams', () => {
  const two = (more: object) => ({
    ...whole,
    upstreams: [
      {
        name: 'app',
        servers: [
          { address: 'app1', port: 3000 },
          { address: 'app1', port: 3001 },
        ],
        maxFails: 0,
        ...more,
      },
    ],
  });
  const statuses = async (method: string) => {
    const found = new Set<number>();
    for (let count = 0; count < 20; count++) {
      found.add((await ask('/any', 'www.foobar.com', {}, 'web1', method)).status);
    }
    return [...found].sort();
  };

  test('a GET is asked of the next server, a POST only where told', async () => {
    await converged(two({}));
    expect(await statuses('GET')).toEqual([200]);
    expect(await statuses('POST')).toEqual([200, 503]);
    await converged(two({ retryNonIdempotent: true }));
    expect(await statuses('POST')).toEqual([200]);
    await converged(two({ nextUpstream: [] }));
    expect(await statuses('GET')).toEqual([200, 503]);
  });

  test('a backup is asked only when the others are gone', async () => {
    const servers = [
      { address: 'app1', port: 3001, backup: true },
      { address: 'app1', port: 3000 },
    ];
    await converged(two({ servers, nextUpstream: [], maxFails: 1 }));
    expect(await statuses('GET')).toEqual([200]);
  });

  test('a server in maintenance is not asked', async () => {
    const servers = [
      { address: 'app1', port: 3000 },
      { address: 'web2', port: 9 },
    ];
    await converged(two({ servers, nextUpstream: [] }));
    expect(await statuses('GET')).toEqual([200, 502]);
    await converged({ ...two({ servers, nextUpstream: [] }), maintenance: ['web2'] });
    expect(await statuses('GET')).toEqual([200]);
  });
});

describe('changes', () => {
  test('a site that goes, one that comes, a release that switches: no request fails', async () => {
    await converged(whole);
    const master = await masterOf('web1');
    const load = startLoad({
      url: `http://${lab.host('web1').address}/static/id`,
      headers: { host: 'www.foobar.com' },
      clients: 4,
      // nginx 1.26 closes idle connections when it reloads: a request that is on its way has to be sent again
      keepAlive: false,
    });
    await sleep(300);
    const shop = { name: 'shop', serverNames: ['shop.foobar.com'], root: '/srv/www/shop' };
    await converged({ ...whole, sites: [foobar, shop] });
    await lab.sh('web1', 'cd /srv/foobar && ln -s releases/b next && mv -T next current');
    await expect
      .poll(async () => (await ask('/static/id', 'www.foobar.com')).body, { timeout: 10_000 })
      .toBe('b\n');
    await converged({ ...whole, sites: [foobar] });
    await sleep(300);
    const report = await load.stop();
    process.stdout.write(`two reloads and a switched release: ${loadFigures(report)}\n`);
    expect(report.failed, JSON.stringify(report.errors.slice(0, 5))).toBe(0);
    expect(await masterOf('web1')).toBe(master);
    for (const name of ['blog.foobar.com', 'shop.foobar.com']) {
      expect((await ask('/', name)).status).toBe(421);
    }
    expect(await lab.sh('web1', 'cat /etc/nginx/nginx.conf')).not.toMatch(/blog|shop/);
  });

  test('a reload is over only when no old worker accepts connections any more', async () => {
    const old = (await lab.sh('web1', 'pgrep -n -f "^nginx: worker process$"')).trim();
    await lab.sh('web1', `kill -STOP ${old}`);
    let resumed = false;
    const resume = sleep(3000).then(async () => {
      resumed = true;
      await lab.sh('web1', `kill -CONT ${old}`);
    });
    await converged(whole);
    expect(resumed).toBe(true);
    await resume;
  });

  test('a site for unknown names', async () => {
    await converged({ ...whole, defaultServer: 'blog' });
    expect(await ask('/', 'nobody.test')).toMatchObject({ status: 200, body: 'a blog\n' });
    await converged(whole);
    expect((await ask('/', 'nobody.test')).status).toBe(421);
  });

  test('what nginx does not accept never gets in place', async () => {
    const conf = await lab.sh('web1', 'sha256sum /etc/nginx/nginx.conf');
    const broken = { ...foobar, headers: { 'X-A': '$no_such_variable' } };
    const run = await site.converge({ ...whole, sites: [broken, blog] });
    expect(run.status).toBe(2);
    expect(run.stdout).toContain('unknown "no_such_variable" variable');
    expect(await lab.sh('web1', 'sha256sum /etc/nginx/nginx.conf')).toBe(conf);
    expect((await ask('/static/id', 'www.foobar.com')).status).toBe(200);
  });

  test('a port that is taken, which nginx accepts and then does not use, fails the run', async () => {
    const run = await site.converge({ ...whole, sites: [foobar, { ...blog, listen: 22 }] });
    expect(run.status).toBe(2);
    expect(run.stdout).toContain('it refused the new configuration');
    expect(run.stdout).toContain('bind() to 0.0.0.0:22 failed');
    expect((await ask('/static/id', 'www.foobar.com')).status).toBe(200);
    await converged(whole);
    expect((await site.converge(whole, '--detailed-exitcode')).status).toBe(0);
  });

  test('drift: the file edited, the service stopped and disabled, found and mended', async () => {
    await lab.sh('web1', 'echo "# mine" >>/etc/nginx/nginx.conf; systemctl disable --now nginx');
    const planned = await site.converge(whole, '--check');
    const run = await site.converge(whole);
    expect(run.with('changed')).toEqual(planned.with('changed'));
    expect(run.with('changed')).toEqual([
      'web1: web : Configure nginx',
      'web1: web : Reload nginx',
      'web1: web : Run nginx',
    ]);
    expect((await ask('/static/id', 'www.foobar.com')).status).toBe(200);
  });
});

/** An nginx on app1, not made by the role, that tells what it heard; on port 3001 it is never well. */
function echoServer(): Promise<string> {
  return lab.sh(
    'app1',
    `export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q nginx >/dev/null
cat >/etc/nginx/sites-enabled/default <<'END'
server {
  listen 3000;
  location = /fail { return 500; }
  location / { return 200 '{"real":"$http_x_real_ip","for":"$http_x_forwarded_for","proto":"$http_x_forwarded_proto","host":"$http_host","id":"$http_x_request_id","connection":"$http_connection"}'; }
}
server {
  listen 3001;
  location / { return 503; }
}
END
systemctl restart nginx`,
  );
}

async function converged(params: object): Promise<void> {
  const run = await site.converge(params);
  expect(run.status, run.stdout + run.stderr).toBe(0);
}

function ask(
  path: string,
  name: string,
  headers: Readonly<Record<string, string>> = {},
  host = 'web1',
  method = 'GET',
): Promise<Got> {
  return get(`http://${lab.host(host).address}${path}`, { ...headers, host: name }, method);
}

function onEach<T>(what: (host: string) => Promise<T>): Promise<T[]> {
  return Promise.all(hosts.map(what));
}

const masterOf = (host: string) => lab.sh(host, 'systemctl show -p MainPID --value nginx');

/** What a run that changes nothing leaves as it was. */
const marksOf = (host: string) =>
  lab.sh(
    host,
    `pgrep -a nginx; systemctl show -p ActiveEnterTimestamp nginx; stat -c '%n %y' /etc/nginx/nginx.conf /srv/www/blog`,
  );
