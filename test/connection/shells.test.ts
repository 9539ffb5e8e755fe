import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command, Connection } from '../../src/connection/connection.ts';
import { startProcess } from '../../src/connection/process-channel.ts';
import { ShellConnection } from '../../src/connection/shell-connection.ts';
import type { RolecallError } from '../../src/errors.ts';
import { rawSh, sh } from '../../src/shell/sh.ts';
import { aliveInGroup } from './alive.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-shells-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shells = ['dash', 'busybox sh', 'bash --posix'].filter(
  (shell) => spawnSync('sh', ['-c', `command -v ${shell.split(' ')[0]}`]).status === 0,
);

/** The local driver with another shell in the place of /bin/sh, or behind another login shell. */
function connect(wrap: (command: string) => string): Connection {
  return new ShellConnection({
    endpoint: 'test',
    broken: new Promise(() => {}),
    open: async (command) => startProcess(rawSh(wrap(command))),
    close: async () => {},
  });
}

describe.each(shells)('%s', (shell) => {
  let connection: Connection;
  beforeEach(() => {
    connection = connect((command) => command.replace('/bin/sh', shell));
  });
  afterEach(() => connection.close());

  const run = async (script: string, options: Omit<Command, 'script'> = {}) => {
    const result = await connection.run({ script: rawSh(script), ...options });
    return { ...result, stdout: result.stdout.toString(), stderr: result.stderr.toString() };
  };

  test.each([
    ['echo a', 0, 'a\n'],
    ['printf a', 0, 'a'],
    ['', 0, ''],
    ['exit 3', 3, ''],
    ['echo a; false', 1, 'a\n'],
    ['set -e; false; echo not', 1, ''],
    ['kill -9 $(sh -c "echo \\$PPID")', 137, ''],
    ['echo a; echo ${U?gone}', 2, 'a\n'],
    ['. /missing/file; echo not', 2, ''],
    ['unset PATH IFS; echo a', 0, 'a\n'],
    ['trap "echo bye" EXIT; exit 4', 4, 'bye\n'],
    ['exec echo a', 0, 'a\n'],
    ['f() { return 7; }; f', 7, ''],
    ['read -r x; echo "$?"', 0, '1\n'],
    ['umask; echo "$LC_ALL"', 0, '0077\nC\n'],
    ['cat <<E\n$(echo a)\nE', 0, 'a\n'],
    ['printf() { :; }; exit 0', 0, ''],
    ['# only a comment', 0, ''],
    ['exec >&- 2>&-; echo a', 1, ''],
    ['nosuchcommand', 127, ''],
  ])('%j', async (script, status, stdout) => {
    const [result, next] = await Promise.all([run(script), run('echo alive')]);
    expect(result).toMatchObject({ stdout, truncated: false });
    // bash says 1 or 127 where others say 2.
    if (status === 2) expect(result.status).not.toBe(0);
    else expect(result.status).toBe(status);
    expect(next.stdout).toBe('alive\n');
  });

  test('a syntax error is a failure with its message, and no more', async () => {
    const [broken, next] = await Promise.all([run('echo a\nif true; then'), run('echo alive')]);
    expect(broken.status).not.toBe(0);
    expect(broken.stderr).toMatch(/syntax error/i);
    expect(next.stdout).toBe('alive\n');
  });

  test('what a script can print about its shell does not end it', async () => {
    const [all, next] = await Promise.all([run('set; export -p; echo end'), run('echo alive')]);
    expect(all).toMatchObject({ status: 0, stdout: expect.stringMatching(/end\n$/) });
    expect(all.stdout).not.toContain('_rc_t=');
    const traced = await run('set -xv; echo end');
    expect(traced).toMatchObject({ status: 0, stdout: 'end\n' });
    expect(traced.stderr).not.toContain('_rc_');
    expect(next.stdout).toBe('alive\n');
  });

  test('stdout and stderr are apart and exact', async () => {
    const result = await run(`printf '\\000\\377a\\n\\n'; printf 'e\\r' >&2`);
    expect(result.stderr).toBe('e\r');
    const raw = await connection.run({ script: rawSh(`printf '\\000\\377a\\n\\n'`) });
    expect(raw.stdout).toEqual(Buffer.from([0, 255, 97, 10, 10]));
  });

  test('stdin of any bytes and size arrives', async () => {
    for (const size of [0, 1, 65535, 65536, 65537, 200_000]) {
      const stdin = randomBytes(size);
      const { stdout } = await connection.run({ script: sh`cat`, stdin });
      expect(stdout.equals(stdin)).toBe(true);
    }
    const bytes = fc.uint8Array({ maxLength: 5000 });
    await fc.assert(
      fc.asyncProperty(bytes, async (stdin) => {
        const { stdout } = await connection.run({ script: sh`cat`, stdin });
        expect(stdout.equals(Buffer.from(stdin))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('stdin that is not read is drained', async () => {
    const stdin = Buffer.alloc(1_000_000, 'x');
    const results = await Promise.all([
      run('true', { stdin }),
      run('head -c 3', { stdin }),
      run('exit 9', { stdin }),
      run('echo alive'),
    ]);
    expect(results.map(({ status, stdout }) => [status, stdout])).toEqual([
      [0, ''],
      [0, 'xxx'],
      [9, ''],
      [0, 'alive\n'],
    ]);
  });

  test('stdin that breaks off never looks complete', async () => {
    const [file, done] = [join(folder, randomBytes(4).toString('hex')), join(folder, 'done')];
    const broken = {
      size: 300_000,
      open: () =>
        Readable.from(
          (async function* () {
            yield Buffer.alloc(200_000, 'x');
            await sleep(100);
            throw new Error('disk error');
          })(),
        ),
    };
    const script = sh`cat >${file}; echo done >${done}`;
    const lost = connection.run({ script, stdin: broken });
    const next = run('echo alive');
    await expect(lost).rejects.toMatchObject({ code: 'connection-lost' });
    expect((await next).stdout).toBe('alive\n');
    await sleep(100);
    expect(readFileSync(file).length).toBeGreaterThan(0);
    expect(existsSync(done)).toBe(false);
  });

  test('a long script', async () => {
    const script = `${'# filler\n'.repeat(3000)}echo '${'é'.repeat(20_000)}'`;
    expect((await run(script)).stdout).toBe(`${'é'.repeat(20_000)}\n`);
  });

  test('many at once are answered in order', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const results = await Promise.all(
      numbers.map((number) => run(`echo ${number}; exit ${number % 200}`)),
    );
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(numbers);
    expect(results.map(({ status }) => status)).toEqual(numbers);
  });

  test('output past the cap is dropped and flagged', async () => {
    const result = await run('head -c 3000000 /dev/zero; echo e >&2', { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ status: 0, truncated: true, stderr: 'e\n' });
    expect(result.stdout).toHaveLength(1000);
  });

  test('a command may kill the shell: it is lost, the others run on a new one', async () => {
    const [before, lost, after] = await Promise.allSettled([
      run('echo before'),
      run('kill -9 $$'),
      run('echo after'),
    ]);
    expect(before).toMatchObject({ value: { stdout: 'before\n' } });
    expect(lost).toMatchObject({ reason: { code: 'connection-lost' } });
    expect(after).toMatchObject({ value: { stdout: 'after\n' } });
  });

  test('past its deadline a command is ended with its children, and the rest runs', async () => {
    const pidFile = join(folder, `pid-${shell.replaceAll(' ', '-')}`);
    const overdue = run(sh`sleep 60 & echo $$ >${pidFile}; wait`.text, { deadlineMs: 400 });
    const next = run('echo alive');
    await expect(overdue).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringContaining('was ended there'),
    });
    expect((await next).stdout).toBe('alive\n');
    expect(aliveInGroup(Number(readFileSync(pidFile, 'utf8')))).toEqual([]);
  });

  test('a command that ignores TERM is ended too', async () => {
    const pidFile = join(folder, `stubborn-${shell.replaceAll(' ', '-')}`);
    const script = sh`trap '' TERM; echo $$ >${pidFile}; sleep 60; sleep 60`;
    await expect(connection.run({ script, deadlineMs: 300 })).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringContaining('was ended there'),
    });
    expect(aliveInGroup(Number(readFileSync(pidFile, 'utf8')))).toEqual([]);
  });

  test('a child in the background neither delays the answer nor speaks in the next', async () => {
    const first = await run('(sleep 0.3; echo late) & echo early');
    expect(first.stdout).toBe('early\n');
    await sleep(600);
    expect((await run('echo next')).stdout).toBe('next\n');
  });

  test('the shell ends behind a last command, after those before it', async () => {
    const before = connection.run({ script: sh`echo first` });
    const last = await connection.run({ script: sh`echo $$`, last: true });
    expect((await before).stdout.toString()).toBe('first\n');
    await expect.poll(() => aliveInGroup(Number(last.stdout.toString()))).toEqual([]);
    await connection.close();
  });

  test('close ends what runs', async () => {
    const pidFile = join(folder, `close-${shell.replaceAll(' ', '-')}`);
    const running = run(sh`echo $$ >${pidFile}; exec sleep 60`.text).catch((error) => error);
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await sleep(20);
    await connection.close();
    expect(((await running) as RolecallError).code).toBe('connection-lost');
    expect(aliveInGroup(Number(readFileSync(pidFile, 'utf8')))).toEqual([]);
    await expect(run('true')).rejects.toMatchObject({ code: 'connection-lost' });
  });
});

const logins = [
  { name: 'fish', wrap: (command: string) => sh`exec fish -c ${command}`.text },
  { name: 'csh', wrap: (command: string) => sh`exec csh -c ${command}`.text },
  {
    name: 'bash',
    wrap: (command: string) =>
      sh`exec bash -c ${`yes welcome | head -c 1000000; printf 'no newline'; echo warning >&2; set -x; ${command}`}`
        .text,
  },
].filter(({ name }) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);

test.each(logins)('behind $name as login shell, noise and all', async ({ wrap }) => {
  const connection = connect(wrap);
  const { stdout, stderr, status } = await connection.run({
    script: sh`echo ${"it's $HOME!"}; exit 5`,
  });
  expect([stdout.toString(), stderr.toString(), status]).toEqual(["it's $HOME!\n", '', 5]);
  await connection.close();
});

test('a login shell that reads stdin gets nothing of what is to run', async () => {
  const seen = join(folder, 'swallowed');
  const connection = connect((command) => sh`head -c 100 >${seen}; ${rawSh(command)}`.text);
  const running = connection.run({ script: sh`echo canary >${join(folder, 'never')}` });
  running.catch(() => {});
  while (!existsSync(seen) || readFileSync(seen).length < 100) await sleep(20);
  expect(readFileSync(seen, 'utf8')).not.toContain('canary');
  await expect(running).rejects.toMatchObject({ code: 'unreachable' });
  await connection.close();
  expect(existsSync(join(folder, 'never'))).toBe(false);
});

test('a login shell that refuses is named', async () => {
  const connection = connect(() => 'echo This account is currently not available.; exit 1');
  await expect(connection.run({ script: sh`:` })).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('This account is currently not available.'),
  });
});
