import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { $ } from 'zx';
import { connectTo } from '../../src/connection/connect.ts';
import type { Connection, Target } from '../../src/connection/connection.ts';
import { rawSh, sh } from '../../src/shell/sh.ts';
import { aliveInGroup } from './alive.ts';
import { hasSshd, startSshd, type TestSshd } from './sshd.ts';

const never = new AbortController().signal;
const open: Connection[] = [];

async function connect(target: Target): Promise<Connection> {
  const connection = await connectTo(target, never);
  open.push(connection);
  return connection;
}

const text = async (connection: Connection, script: string) =>
  (await connection.run({ script: rawSh(script) })).stdout.toString();

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

describe.runIf(hasSshd)('against a real sshd', () => {
  let sshd: TestSshd;
  beforeAll(async () => {
    sshd = await startSshd([], ['ed25519', 'rsa']);
  });
  afterAll(() => sshd.stop());

  describe.each(['ssh', 'openssh'] as const)('with the %s driver', (driver) => {
    const target = (parts: Partial<Target> = {}) => sshd.target({ driver, ...parts });

    test('runs what it is given, and many at once', async () => {
      const connection = await connect(target());
      const stdin = randomBytes(5_000_000);
      const echoed = connection.run({ script: sh`cat`, stdin });
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      const answers = Promise.all(numbers.map((number) => text(connection, `echo ${number}`)));
      expect((await echoed).stdout.equals(stdin)).toBe(true);
      expect(await answers).toEqual(numbers.map((number) => `${number}\n`));
      expect(connection.endpoint).toContain(`127.0.0.1:${sshd.port}`);
    });

    test.each<[string, Partial<Target> | (() => Partial<Target>), string, RegExp]>([
      ['an unknown key', { knownHostsFiles: ['/dev/null'] }, 'host-key-unknown', /known/],
      [
        'no key of ours that fits',
        { privateKeyFile: '/nonexistent', sshArgs: ['-o', 'IdentitiesOnly=yes'] },
        'authentication-failed',
        /nothing to offer|Permission denied/,
      ],
      ['nobody there', { port: 1 }, 'unreachable', /refused/],
      ['a name that nobody has', { address: 'nosuch.invalid' }, 'unreachable', /name/i],
    ])('%s is told', async (_, parts, code, says) => {
      const given = target(typeof parts === 'function' ? parts() : parts);
      await expect(connectTo(given, never)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(says),
        problems: [{ host: 'box' }],
      });
    });

    test('a changed key is told', async () => {
      const wrong = join(sshd.folder, 'wrong');
      const other = await readFile(`${sshd.key}.pub`, 'utf8');
      await writeFile(wrong, `[127.0.0.1]:${sshd.port} ${other}`);
      await expect(connectTo(target({ knownHostsFiles: [wrong] }), never)).rejects.toMatchObject({
        code: 'host-key-changed',
      });
    });

    test('past its deadline a command is ended there', async () => {
      const connection = await connect(target());
      const pid = join(sshd.folder, `pid-${driver}`);
      const overdue = connection.run({
        script: sh`echo $$ >${pid}; sleep 60`,
        deadlineMs: 300,
      });
      const next = text(connection, 'echo next');
      await expect(overdue).rejects.toMatchObject({ code: 'deadline-exceeded' });
      expect(await next).toBe('next\n');
      expect(aliveInGroup(Number(await readFile(pid, 'utf8')))).toEqual([]);
    });

    test('when the connection is cut the command is lost', async () => {
      const connection = await connect(target());
      await text(connection, 'echo warm');
      const lost = connection.run({ script: sh`${killSshd}; sleep 60` });
      await expect(lost).rejects.toMatchObject({ code: 'connection-lost' });
    });
  });

  test('a new key is accepted once and then known', async () => {
    const file = join(sshd.folder, 'fresh', 'known_hosts');
    const target = sshd.target({ knownHostsFiles: [file], hostKeyChecking: 'accept-new' });
    await Promise.all([connect(target), connect(target)]);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(new Set(lines)).toEqual(new Set([(await sshdLine(sshd)).trim()]));
    await connect({ ...target, hostKeyChecking: 'strict' });
  });

  test('only the known type is asked for', async () => {
    const file = join(sshd.folder, 'rsa_only');
    await writeFile(file, await sshdLine(sshd, 'rsa'));
    await connect(sshd.target({ knownHostsFiles: [file] }));
  });

  test('a refused host gets no credentials', async () => {
    const before = sshd.log().length;
    await expect(
      connectTo(sshd.target({ knownHostsFiles: ['/dev/null'], password: 'canary' }), never),
    ).rejects.toMatchObject({ code: 'host-key-unknown' });
    await sleep(100);
    // Connections of earlier tests may still be ending: only the lines of this one count.
    const log = sshd.log().slice(before);
    const [, port] = /Connection from \S+ port (\d+)/.exec(log) ?? [];
    expect(port).toBeDefined();
    const own = log.split('\n').filter((line) => line.includes(`port ${port}`));
    expect(own.join('\n')).not.toMatch(/Failed|Postponed|Accepted|user root/);
  });

  test('keys with a passphrase', async () => {
    const key = join(sshd.folder, 'locked');
    await $({ quiet: true })`ssh-keygen -q -t ed25519 -N ${'pass phrase'} -f ${key}`;
    await appendFile(join(sshd.folder, 'authorized_keys'), await readFile(`${key}.pub`));
    const target = sshd.target({ privateKeyFile: key });
    await connect({ ...target, passphrase: 'pass phrase' });
    const failed = (passphrase?: string) =>
      connectTo({ ...target, passphrase }, never).catch((error: Error) => error.message);
    expect(await failed()).toContain('needs a passphrase');
    expect(await failed('wrong')).toContain('passphrase is wrong');
  });

  test('keys of an agent, and an agent that is dead', async () => {
    const socket = join(sshd.folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const target = sshd.target({ privateKeyFile: undefined });
    const args = (path: string) => ['-o', `IdentityAgent=${path}`];
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      await $({
        quiet: true,
        env,
      })`for i in 1 2 3 4 5 6 7 8 9; do ssh-add -q ${sshd.key} && break; sleep 0.1; done`;
      await connect({ ...target, sshArgs: args(socket) });
    } finally {
      agent.kill();
    }
    // A dead agent is no reason to fail where a key will do.
    await connect({ ...target, privateKeyFile: sshd.key, sshArgs: args('/nonexistent') });
  });

  test('through jump hosts, each with its key checked', async () => {
    const hop = await startSshd();
    try {
      const known = join(sshd.folder, 'both');
      await writeFile(known, (await sshdLine(sshd)) + (await sshdLine(hop)));
      await appendFile(join(hop.folder, 'authorized_keys'), await readFile(`${sshd.key}.pub`));
      const sshArgs = ['-J', `${userInfo().username}@127.0.0.1:${hop.port}`];
      const target = sshd.target({ sshArgs, knownHostsFiles: [known] });
      const [one, two] = await Promise.all([connect(target), connect(target)]);
      expect(await text(one, 'echo $SSH_CLIENT')).toContain('127.0.0.1');
      expect(await text(two, 'echo two')).toBe('two\n');
      expect(hop.log().match(/Accepted publickey/g)).toHaveLength(1);
      const strict = connectTo({ ...target, knownHostsFiles: [sshd.knownHosts] }, never);
      await expect(strict).rejects.toMatchObject({ code: 'host-key-unknown' });
      const running = one.run({ script: sh`sleep 60` });
      running.catch(() => {});
      await sleep(200);
      await $({ quiet: true })`pkill -9 -P ${hop.process.pid}`;
      await expect(running).rejects.toMatchObject({ code: 'connection-lost' });
    } finally {
      await hop.stop();
    }
  });

  test('connections that are dropped or time out', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const rude = createServer((socket) => socket.end('Not SSH\r\n')).listen(0, '127.0.0.1');
    await Promise.all([once(silent, 'listening'), once(rude, 'listening')]);
    const port = (server: typeof silent) => (server.address() as { port: number }).port;
    const started = performance.now();
    await expect(
      connectTo(sshd.target({ port: port(silent), connectTimeoutMs: 400 }), never),
    ).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('0.4 s') });
    expect(performance.now() - started).toBeLessThan(5000);
    const abort = new AbortController();
    const dialled = connectTo(sshd.target({ port: port(rude) }), abort.signal);
    setTimeout(() => abort.abort(), 500);
    await expect(dialled).rejects.toThrow('aborted');
    silent.close();
    rude.close();
  });
});

describe.runIf(hasSshd)('with an sshd that', () => {
  async function withSshd(lines: string[], act: (sshd: TestSshd) => Promise<void>) {
    const sshd = await startSshd(lines);
    try {
      await act(sshd);
    } finally {
      await Promise.all(open.splice(0).map((connection) => connection.close()));
      await sshd.stop();
    }
  }

  test('drops early: 60 dials at once all get in', { timeout: 60_000 }, () =>
    withSshd(['MaxStartups 2:50:4'], async (sshd) => {
      await Promise.all(Array.from({ length: 60 }, () => connect(sshd.target())));
      expect(open).toHaveLength(60);
    }),
  );

  test('shares no algorithm: it is named, and the other driver', () =>
    withSshd(['KexAlgorithms sntrup761x25519-sha512@openssh.com'], async (sshd) => {
      await expect(connectTo(sshd.target(), never)).rejects.toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining('key exchange algorithm'),
        problems: [{ hint: expect.stringContaining('openssh') }],
      });
      await connect(sshd.target({ driver: 'openssh' }));
    }));

  test('asks for new keys all the time', () =>
    withSshd(['RekeyLimit 256K'], async (sshd) => {
      const connection = await connect(sshd.target());
      const stdin = randomBytes(3_000_000);
      const { stdout } = await connection.run({ script: sh`cat`, stdin });
      expect(stdout.equals(stdin)).toBe(true);
    }));

  test.runIf(userInfo().uid === 0)('allows one session: users take turns', () =>
    withSshd(['MaxSessions 1'], async (sshd) => {
      const connection = await connect(sshd.target());
      const become = { method: 'su', user: 'nobody' } as const;
      for (let round = 0; round < 2; round++) {
        expect(await text(connection, 'id -un')).toBe('root\n');
        const { stdout } = await connection.run({ script: sh`id -un`, become });
        expect(stdout.toString()).toBe('nobody\n');
      }
    }),
  );

  test('gives a shell that cannot be used', () =>
    withSshd(['ForceCommand echo "Go away."; exit 1'], async (sshd) => {
      const connection = await connect(sshd.target());
      await expect(connection.run({ script: sh`:` })).rejects.toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining('Go away.'),
      });
    }));
});

/** Kills the sshd process of the connection that runs it. */
const killSshd = rawSh(
  'p=$$; until grep -q ^sshd /proc/$p/comm; do p=$(cut -d" " -f4 /proc/$p/stat); done; kill -9 $p',
);

async function sshdLine(sshd: TestSshd, type = 'ed25519'): Promise<string> {
  const [kind, key] = (await readFile(`${sshd.hostKey(type)}.pub`, 'utf8')).split(' ');
  return `[127.0.0.1]:${sshd.port} ${kind} ${key!.trim()}\n`;
}
