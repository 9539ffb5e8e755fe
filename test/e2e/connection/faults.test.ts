import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../../src/connection/connection.ts';
import { rawSh, sh } from '../../../src/shell/sh.ts';
import { type TestLab, useLab } from '../support/lab.ts';
import { connect, stdoutOf } from './connect.ts';

let lab: TestLab;
let folder: string;
const open: Connection[] = [];

beforeAll(async () => {
  lab = await useLab();
  folder = await mkdtemp(join(tmpdir(), 'rolecall-faults-'));
  await lab.reset('web1', 'db1');
});
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await lab.reset('web1', 'db1');
});

const on = async (...args: [string, Parameters<typeof connect>[2]?]) => {
  const connection = await connect(lab, ...args);
  open.push(connection);
  return connection;
};

/** A user on a host with this login shell and the lab's key. */
async function user(host: string, name: string, shell: string): Promise<string> {
  await lab.sh(
    host,
    `id ${name} 2>/dev/null || useradd -m -s ${shell} ${name}
install -d -m 700 -o ${name} /home/${name}/.ssh
install -m 600 -o ${name} /home/deploy/.ssh/authorized_keys /home/${name}/.ssh/authorized_keys`,
  );
  return name;
}

test.each([
  ['fish', 'db1', '/usr/bin/fish'],
  ['csh', 'web1', '/bin/csh'],
])('%s as login shell', async (name, host, shell) => {
  const connection = await on(host, { user: await user(host, `with${name}`, shell) });
  const word = `it's $HOME! "\\`;
  expect(await stdoutOf(connection, sh`printf %s ${word}`.text)).toBe(word);
});

test('a noisy .bashrc and ~/.ssh/rc', async () => {
  const name = await user('web1', 'noisy', '/bin/bash');
  await lab.sh(
    'web1',
    `cat >/home/noisy/.bashrc <<'E'
yes Welcome | head -c 1000000; printf "no newline"; echo warning >&2; set -x
E
echo 'echo from rc' >/home/noisy/.ssh/rc; chown -R noisy /home/noisy`,
  );
  const connection = await on('web1', { user: name });
  const { stdout, stderr, status } = await connection.run({ script: sh`echo out; echo err >&2` });
  expect([stdout.toString(), stderr.toString(), status]).toEqual(['out\n', 'err\n', 0]);
});

async function withBanner(bytes: number, act: () => Promise<void>): Promise<void> {
  await lab.sh(
    'web1',
    `head -c ${bytes} /dev/zero | tr '\\0' B | fold >/etc/ssh/banner
echo 'Banner /etc/ssh/banner' >/etc/ssh/sshd_config.d/banner.conf; systemctl restart ssh`,
  );
  try {
    await act();
  } finally {
    await lab.sh('web1', 'rm /etc/ssh/sshd_config.d/banner.conf; systemctl restart ssh');
  }
}

test('a long banner', () =>
  withBanner(30_000, async () => {
    expect(await stdoutOf(await on('web1'), 'echo out')).toBe('out\n');
  }));

test('a banner beyond what ssh2 takes is named, and the openssh driver takes it', () =>
  withBanner(200_000, async () => {
    await expect(connect(lab, 'web1')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('banner'),
      problems: [{ hint: expect.stringContaining('openssh') }],
    });
    expect(await stdoutOf(await on('web1', { driver: 'openssh' }), 'echo out')).toBe('out\n');
  }));

test('nologin is named', async () => {
  const connection = await on('web1', { user: await user('web1', 'closed', '/usr/sbin/nologin') });
  await expect(connection.run({ script: sh`:` })).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('not available'),
  });
});

test('a missing login shell looks like a refused login, and the advice says so', async () => {
  await user('web1', 'missing', '/bin/bash');
  await lab.sh('web1', 'usermod -s /no/such/shell missing');
  const failed = connect(lab, 'web1', { user: 'missing' });
  await expect(failed).rejects.toMatchObject({ code: 'authentication-failed' });
});

test('a host that is down', async () => {
  await lab.powerOff('db1');
  const from = performance.now();
  await expect(connect(lab, 'db1', { connectTimeoutMs: 3000 })).rejects.toMatchObject({
    code: 'unreachable',
    problems: [{ host: 'db1' }],
  });
  expect(performance.now() - from).toBeLessThan(5000);
  await lab.boot('db1');
});

test('a wrong key', async () => {
  const user = 'deploy';
  const failed = connect(lab, 'web1', { user, privateKeyFile: '/nonexistent' });
  await expect(failed).rejects.toMatchObject({
    code: 'authentication-failed',
    message: expect.stringContaining('/nonexistent'),
  });
});

test('a password, right and wrong', async () => {
  const parts = { user: 'plain', privateKeyFile: undefined };
  expect(await stdoutOf(await on('web1', { ...parts, password: 'plain' }), 'id -un')).toBe(
    'plain\n',
  );
  const failed = await connect(lab, 'web1', { ...parts, password: 'canary' }).catch((e) => e);
  expect(failed).toMatchObject({
    code: 'authentication-failed',
    message: expect.stringContaining('offered: a password'),
  });
  expect(JSON.stringify(failed.problems)).not.toContain('canary');
});

test('a changed host key', async () => {
  const known = join(folder, 'changed');
  const lines = (await readFile(lab.knownHosts, 'utf8')).split('\n');
  const [web1, web2] = ['web1', 'web2'].map((name) => lab.host(name).address);
  const swapped = lines.find((line) => line.split(/[ ,]/).includes(web2!))!;
  await writeFile(known, `${web1} ${swapped.split(' ').slice(1).join(' ')}\n`);
  await expect(connect(lab, 'web1', { knownHostsFiles: [known] })).rejects.toMatchObject({
    code: 'host-key-changed',
    message: expect.stringContaining('SHA256:'),
  });
});

test('sshd killed in mid-command: lost, never a success', async () => {
  const connection = await on('web1');
  const both = Promise.allSettled([
    connection.run({ script: sh`sleep 60; echo done` }),
    connection.run({ script: sh`echo queued` }),
  ]);
  await sleep(300);
  await lab.sh('web1', `pkill -9 -f '[s]shd.*root@notty'`);
  const lost = { status: 'rejected', reason: { code: 'connection-lost' } };
  expect(await both).toMatchObject([lost, lost]);
  expect(connection.closed).toBe(true);
});

test('what was sent and had not begun does not run after the connection is gone', async () => {
  const connection = await on('web1');
  await stdoutOf(connection, 'rm -f /root/first /root/second');
  const both = Promise.allSettled([
    connection.run({ script: sh`sleep 1; echo >/root/first` }),
    connection.run({ script: sh`echo >/root/second` }),
  ]);
  await sleep(300);
  await lab.sh('web1', `pkill -9 -f '[s]shd.*root@notty'`);
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await sleep(1500);
  expect(await lab.sh('web1', 'ls /root')).not.toContain('second');
});

test('an upload that is cut off is not taken for a whole one', async () => {
  const connection = await on('web1');
  const stdin = {
    size: 20_000_000,
    open: () =>
      (async function* () {
        for (let sent = 0; sent < 20; sent++) {
          if (sent === 10) await lab.sh('web1', `pkill -9 -f '[s]shd.*root@notty'`);
          yield randomBytes(1_000_000);
        }
      })() as never,
  };
  const script = sh`cat >/root/part && mv /root/part /root/whole`;
  await expect(connection.run({ script, stdin })).rejects.toMatchObject({
    code: 'connection-lost',
  });
  await sleep(500);
  expect(await lab.sh('web1', 'ls /root/whole 2>/dev/null || echo absent')).toBe('absent\n');
});

test('100 MB of output in bounded memory', { timeout: 60_000 }, async () => {
  const connection = await on('web1');
  const before = process.memoryUsage().rss;
  const result = await connection.run({
    script: sh`yes | head -c 100000000`,
    maxOutputBytes: 1_000_000,
  });
  expect(result).toMatchObject({ status: 0, truncated: true });
  expect(result.stdout).toHaveLength(1_000_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
});

test('5 MB of any bytes go there and back', async () => {
  const connection = await on('web1');
  const stdin = randomBytes(5_000_000);
  const { stdout } = await connection.run({ script: sh`cat`, stdin });
  expect(stdout.equals(stdin)).toBe(true);
  const sum = createHash('sha256').update(stdin).digest('hex');
  expect(await stdoutOf(connection, 'sha256sum', { stdin })).toBe(`${sum}  -\n`);
});

test('a partition is noticed within 30 s', { timeout: 60_000 }, async () => {
  const proxy = await silentProxy(lab.host('web1').address);
  const known = join(folder, 'proxy');
  const address = lab.host('web1').address;
  const line = (await readFile(lab.knownHosts, 'utf8'))
    .split('\n')
    .find((text) => text.split(/[ ,]/).includes(address))!;
  await writeFile(known, `[127.0.0.1]:${proxy.port} ${line.split(' ').slice(1).join(' ')}\n`);
  const connection = await on('web1', {
    address: '127.0.0.1',
    port: proxy.port,
    knownHostsFiles: [known],
  });
  await stdoutOf(connection, 'true');
  const running = connection.run({ script: sh`sleep 120` });
  const from = performance.now();
  proxy.silence();
  await expect(running).rejects.toMatchObject({
    code: 'connection-lost',
    message: expect.stringContaining('Keepalive timeout'),
  });
  expect(performance.now() - from).toBeLessThan(30_000);
  proxy.close();
});

test('60 dials at once all get in', { timeout: 60_000 }, async () => {
  const connections = await Promise.all(Array.from({ length: 60 }, () => on('web2')));
  const answers = await Promise.all(
    connections.map((connection, index) => stdoutOf(connection, `echo ${index}`)),
  );
  expect(answers).toEqual(connections.map((_, index) => `${index}\n`));
});

test('a process that prints every frame it can know confuses nobody', async () => {
  const connection = await on('web1');
  const scripts = ['set; cat /proc/$$/cmdline; cat /proc/self/environ', 'echo second', 'exit 7'];
  const results = await Promise.all(
    scripts.map((script) => connection.run({ script: rawSh(script) })),
  );
  expect(results.map(({ status }) => status)).toEqual([0, 0, 7]);
  const replay = Buffer.concat(results.flatMap(({ stdout, stderr }) => [stdout, stderr]));
  const echoed = await connection.run({ script: sh`cat; cat >&2 <&-; exit 5`, stdin: replay });
  expect(echoed.status).toBe(5);
  expect(echoed.stdout.equals(replay)).toBe(true);
});

/** Passes bytes on until it is silenced; then it swallows them and keeps the connection open. */
async function silentProxy(address: string) {
  let silent = false;
  const server = createServer((near) => {
    const far = connectSocket(22, address);
    near.on('data', (chunk) => silent || far.write(chunk));
    far.on('data', (chunk) => silent || near.write(chunk));
    for (const socket of [near, far]) socket.on('error', () => {}).on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    silence: () => {
      silent = true;
    },
    close: () => server.close(),
  };
}
