import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { crontabCollector } from '../../src/observe/crontab.ts';
import { getent, getentCollector } from '../../src/observe/getent.ts';
import { group, groupCollector } from '../../src/observe/group.ts';
import { sysctl } from '../../src/observe/sysctl.ts';
import { user, userCollector } from '../../src/observe/user.ts';
import { dash, observe, systemShell } from '../modules/support/converge.ts';

const shells = [
  ['sh', systemShell],
  ['dash', dash],
  ['busybox', ['/bin/busybox', 'sh', '-c']],
] as const;
const answer = (stdout: string, stderr = '') => ({
  status: 0,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
});

test.each(shells)('users and groups of this machine with %s', async (_, shell) => {
  const me = userInfo();
  const found = await observe(
    {
      me: user(me.username),
      none: user('no-such-user'),
      odd: user("x'; echo $(id):\n"),
      number: user(String(me.uid)),
      daemon: group('daemon'),
      byNumber: group('0'),
      missing: group('-x'),
    },
    shell,
  );
  expect(found).toMatchObject({
    me: { exists: true, name: me.username, uid: me.uid, gid: me.gid, home: me.homedir },
    none: { exists: false },
    odd: { exists: false },
    number: { exists: false },
    daemon: { exists: true, name: 'daemon' },
    byNumber: { exists: true, gid: 0 },
    missing: { exists: false },
  });
});

describe('user', () => {
  const text = [
    'passwd',
    'app:x:1001:1001:It is me,,,:/home/app:/bin/bash',
    'odd:x:1002:9999::/:',
    'group',
    'app:x:1001:',
    'sudo:x:27:app,odd',
    'audio:x:29:app',
    'shadow',
    'app:!$6$x$y:20000:0:99999:7::21915:',
    'end',
    '',
  ].join('\n');
  const [app, odd, none] = userCollector.parse(answer(text), ['app', 'odd', 'none']);

  test('reads passwd, group and shadow', () => {
    expect(app).toEqual({
      exists: true,
      name: 'app',
      uid: 1001,
      gid: 1001,
      group: 'app',
      comment: 'It is me,,,',
      home: '/home/app',
      shell: '/bin/bash',
      groups: ['audio', 'sudo'],
      shadow: {
        hash: '!$6$x$y',
        minimumDays: 0,
        maximumDays: 99_999,
        warningDays: 7,
        expires: 21_915,
      },
    });
  });

  test('a group without a name and a user without shadow', () => {
    expect(odd).toMatchObject({ group: '9999', shadow: undefined, groups: ['sudo'], shell: '' });
    expect(none).toEqual({ exists: false });
  });

  test('a cut answer is refused', () => {
    expect(() => userCollector.parse(answer('passwd\n', 'boom'), ['a'])).toThrow(/boom/);
    expect(() => groupCollector.parse(answer('', 'boom'), ['a'])).toThrow(/boom/);
  });
});

test.each(shells)('getent of this machine with %s', async (_, shell) => {
  const found = await observe(
    {
      root: getent('passwd', 'root'),
      none: getent('passwd', 'no-such-user'),
      bad: getent('no-such-database', 'x'),
      all: getent('group'),
    },
    shell,
  );
  expect(found).toMatchObject({
    root: { status: 0, lines: [expect.stringMatching(/^root:/)] },
    none: { status: 2, lines: [] },
    bad: { status: 1 },
  });
  expect((found.all as { lines: string[] }).lines.length).toBeGreaterThan(5);
});

test('getent answers in order, whatever the lines are', () => {
  const keys = [getent('a').key, getent('b').key];
  expect(getentCollector.parse(answer('0 7\n2 0\nx\ny\n1 0\n\n'), keys)).toEqual([
    { status: 0, lines: ['2 0', 'x', 'y'] },
    { status: 1, lines: [] },
  ]);
  expect(() => getentCollector.parse(answer('0 1\na\n', 'boom'), keys)).toThrow(/boom/);
});

test.each(shells)('kernel parameters with %s', async (_, shell) => {
  const found = await observe(
    {
      type: sysctl('kernel.ostype'),
      ports: sysctl('net/ipv4/ip_local_port_range'),
      none: sysctl('no.such'),
      folder: sysctl('kernel'),
      outside: sysctl('/../../etc/passwd'),
      write: sysctl('net.ipv4.route.flush'),
    },
    shell,
  );
  expect(found).toMatchObject({
    type: { value: 'Linux' },
    ports: { value: expect.stringMatching(/^\d+ \d+$/) },
    none: { value: undefined },
    folder: { value: undefined },
    outside: { value: undefined },
  });
});

test.each([
  ['a crontab', '#x\n* * * * * y\n0', { text: '#x\n* * * * * y\n' }],
  ['an empty one', '0', { text: '' }],
  ['none', 'no crontab for app\n1', { text: '' }],
  ["busybox's none", "crontab: can't open 'app': No such file or directory\n1", { text: '' }],
  [
    'a refusal',
    'must be privileged to use -u\n1',
    { text: '', refused: 'must be privileged to use -u' },
  ],
  ['no crontab command', 'none', { text: '', unsupported: true }],
])('crontab: %s', (_, text, state) => {
  const frame = `${Buffer.byteLength(text)}\n${text}\n`;
  expect(crontabCollector.parse(answer(frame + frame), ['', 'app'])).toEqual([state, state]);
});
