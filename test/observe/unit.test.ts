import { expect, test } from 'vitest';
import { unit, unitCollector } from '../../src/observe/unit.ts';
import { dash, observe } from '../modules/support/converge.ts';

const answer = (stdout: string, stderr = '') => ({
  status: 0,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
});

const captured = `manager systemd
scope system
Type=notify
RemainAfterExit=no
MainPID=60
Id=ssh.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
NeedDaemonReload=no

Type=oneshot
RemainAfterExit=no
MainPID=0
Id=old.service
LoadState=loaded
ActiveState=inactive
SubState=dead
UnitFileState=generated
NeedDaemonReload=yes

Id=nope.timer
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
NeedDaemonReload=no
scope user
Id=app.service
LoadState=loaded
ActiveState=failed
SubState=failed
UnitFileState=disabled
NeedDaemonReload=no

sysv old disabled

end
`;

test('reads systemctl show in the order of the keys', () => {
  const keys = [
    unit('ssh').key,
    unit('old.service').key,
    unit('nope.timer').key,
    unit('app', 'user').key,
    unit('bad name').key,
  ];
  expect(unitCollector.parse(answer(captured), keys)).toMatchObject([
    {
      manager: 'systemd',
      loadState: 'loaded',
      activeState: 'active',
      mainPid: 60,
      unitFileState: 'enabled',
      transitory: false,
      id: 'ssh.service',
    },
    { unitFileState: 'disabled', needDaemonReload: true, transitory: true },
    { loadState: 'not-found' },
    { activeState: 'failed', unitFileState: 'disabled' },
    { loadState: 'not-found', manager: 'systemd' },
  ]);
});

test('reads services of other inits', () => {
  const text =
    'manager openrc\nservice nginx active enabled\nservice cron inactive disabled\n\nend\n';
  expect(
    unitCollector.parse(answer(text), [unit('nginx').key, unit('cron').key, unit('x').key]),
  ).toMatchObject([
    { manager: 'openrc', loadState: 'loaded', activeState: 'active', unitFileState: 'enabled' },
    { activeState: 'inactive', unitFileState: 'disabled' },
    { loadState: 'not-found', manager: 'openrc' },
  ]);
});

test('a cut answer is refused', () => {
  expect(() =>
    unitCollector.parse(answer('manager systemd\n', 'Failed to connect to bus'), [unit('x').key]),
  ).toThrow(/Failed to connect to bus/);
});

test.each([
  ['dash', dash],
  ['busybox', ['/bin/busybox', 'sh', '-c']],
])('on this machine with %s a service that is not there is not found', async (_, shell) => {
  const found = await observe(
    {
      one: unit('no-such-service'),
      odd: unit("x'; echo y"),
      option: unit('--help'),
      user: unit('x', 'user'),
    },
    shell,
  );
  expect(found).toMatchObject({
    one: { loadState: 'not-found' },
    odd: { loadState: 'not-found' },
    option: { loadState: 'not-found' },
    user: { loadState: 'not-found' },
  });
});

test('a package may bring what is not found', () => {
  const absent = unitCollector.parse(answer('manager systemd\n\nend\n'), [unit('x').key])[0]!;
  expect(unitCollector.mayBeBrought!(absent, 'x')).toBe(true);
  expect(unitCollector.mayBeBrought!({ ...absent, loadState: 'loaded' }, 'x')).toBe(false);
});
