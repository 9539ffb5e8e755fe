import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Become, Connection } from '../../../src/connection/connection.ts';
import { sh } from '../../../src/shell/sh.ts';
import { type TestLab, useLab } from '../support/lab.ts';
import { connect, stdoutOf } from './connect.ts';

let lab: TestLab;
let connection: Connection | undefined;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1');
  await lab.sh('web1', 'echo root:toor | chpasswd');
});
afterEach(() => connection?.close());
afterAll(() => lab.reset('web1'));

const login = async (user: string) => {
  connection = await connect(lab, 'web1', { user });
  return connection;
};

const secret = 'secret';
const sudo = (parts: Partial<Become> = {}): Become => ({ method: 'sudo', user: 'root', ...parts });

test.each<[string, string, Become]>([
  ['sudo without a password', 'deploy', sudo()],
  ['sudo that would not ask, with a password', 'deploy', sudo({ password: 'unused' })],
  ['sudo with a password', 'asker', sudo({ password: secret })],
  ['sudo to a plain user', 'deploy', sudo({ user: 'plain' })],
  ['flags of its own', 'asker', sudo({ password: secret, flags: '-H -S -n' })],
  ['su with a password', 'plain', { method: 'su', user: 'root', password: 'toor' }],
  ['su as root', 'root', { method: 'su', user: 'deploy' }],
])('%s', async (_, user, become) => {
  const made = await login(user);
  const whoami = 'echo "$(id -un) $HOME $(umask) $LC_ALL"';
  const home = become.user === 'root' ? '/root' : `/home/${become.user}`;
  const [own, became, again] = await Promise.all([
    stdoutOf(made, 'id -un'),
    stdoutOf(made, whoami, { become }),
    stdoutOf(made, 'cat', { become, stdin: Buffer.from('some input') }),
  ]);
  expect(own).toBe(`${user}\n`);
  expect(became).toBe(`${become.user} ${home} 0077 C\n`);
  expect(again).toBe('some input');
});

test.each<[string, string, Become, RegExp, string]>([
  ['a wrong password', 'asker', sudo({ password: 'wrong-canary' }), /refused/, '-K'],
  ['no password', 'asker', sudo(), /wants a password/, '-K'],
  ['no right', 'plain', sudo({ password: 'plain' }), /not permitted/, ''],
  ['no such user', 'deploy', sudo({ user: 'nobodyatall' }), /no such user/, ''],
  ['no doas', 'deploy', { method: 'doas', user: 'root' }, /not installed/, ''],
  ['su, wrong', 'plain', { method: 'su', user: 'root', password: 'no-canary' }, /refused/, ''],
  ['su, none', 'plain', { method: 'su', user: 'root' }, /password|refused/, ''],
])('%s fails within five seconds', { timeout: 20_000 }, async (_, user, become, says, hint) => {
  const made = await login(user);
  const started = performance.now();
  const failure = await made.run({ script: sh`:`, become }).catch((error) => error);
  expect(performance.now() - started).toBeLessThan(5000);
  expect(failure).toMatchObject({ code: 'become-failed', message: expect.stringMatching(says) });
  expect(failure.problems[0].hint ?? '').toContain(hint);
  expect(JSON.stringify(failure.problems)).not.toContain('canary');
  expect(await stdoutOf(made, 'echo alive')).toBe('alive\n');
});

test('a wrong password is tried once', async () => {
  const made = await login('asker');
  await lab.sh('web1', 'journalctl --rotate -q; journalctl --vacuum-time=1s -q');
  const attempt = () => made.run({ script: sh`:`, become: sudo({ password: 'wrong' }) });
  await expect(attempt()).rejects.toMatchObject({ code: 'become-failed' });
  await expect(attempt()).rejects.toMatchObject({ code: 'become-failed' });
  const log = await lab.sh('web1', 'journalctl -q -t sudo -o cat');
  expect(log.match(/\d+ incorrect password attempt/g)).toEqual(['1 incorrect password attempt']);
  expect(await stdoutOf(made, 'id -un', { become: sudo({ password: secret }) })).toBe('root\n');
});

test('requiretty is named', async () => {
  await lab.sh('web1', "echo 'Defaults:deploy requiretty' >/etc/sudoers.d/zz-tty");
  const made = await login('deploy');
  await expect(made.run({ script: sh`:`, become: sudo() })).rejects.toMatchObject({
    code: 'become-failed',
    message: expect.stringContaining('requiretty'),
  });
  await lab.sh('web1', 'rm /etc/sudoers.d/zz-tty');
});

test('past its deadline what another user runs is ended', async () => {
  const made = await login('deploy');
  const become = sudo();
  const script = sh`echo $$ >/run/overdue; sleep 300`;
  await expect(made.run({ script, become, deadlineMs: 500 })).rejects.toMatchObject({
    code: 'deadline-exceeded',
  });
  expect(await lab.sh('web1', 'pgrep -x sleep || echo none')).toBe('none\n');
  expect(await stdoutOf(made, 'id -un', { become })).toBe('root\n');
});

test('no password in any command line or environment', async () => {
  const made = await login('asker');
  const become = sudo({ password: secret });
  await stdoutOf(made, 'sleep 0.1', { become });
  const seen = await lab.sh(
    'web1',
    "for p in /proc/[0-9]*; do cat $p/cmdline $p/environ 2>/dev/null | tr '\\0' '\\n'; done",
  );
  expect(seen).toContain('/bin/sh');
  expect(seen.split('\n').filter((line) => line.includes(secret))).toEqual([]);
});

test('nothing is left on the host when it is closed', async () => {
  const made = await login('deploy');
  await stdoutOf(made, 'true', { become: sudo() });
  const running = made.run({ script: sh`sleep 301`, become: sudo() }).catch(() => {});
  await stdoutOf(made, 'true');
  await made.close();
  await running;
  await lab.sh(
    'web1',
    'for n in 1 2 3 4 5 6 7 8 9; do pgrep -u deploy >/dev/null || break; sleep 0.2; done',
  );
  expect(await lab.sh('web1', 'pgrep -u deploy -a sh || pgrep -x sleep || echo none')).toBe(
    'none\n',
  );
});
