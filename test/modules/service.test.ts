import { expect, test } from 'vitest';
import { service } from '../../src/modules/service.ts';
import { systemd } from '../../src/modules/systemd.ts';
import { absentUnit, type UnitState } from '../../src/observe/unit.ts';
import { decideOn, withDefaults } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

const running: UnitState = {
  ...absentUnit,
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  unitFileState: 'enabled',
  mainPid: 42,
  id: 'x.service',
};
const stopped: UnitState = {
  ...running,
  activeState: 'inactive',
  subState: 'dead',
  unitFileState: 'disabled',
  mainPid: 0,
};
const absent = () => absentUnit;
const on = (state: UnitState) => ({ 'unit system x': state });

decisionTable(service, absent, [
  {
    name: 'nothing for what runs and is enabled',
    args: { name: 'x', state: 'started', enabled: true },
    observed: on(running),
    kind: 'unchanged',
    says: 'x is active (running), enabled',
    result: { name: 'x', state: 'started', enabled: true },
  },
  {
    name: 'a start',
    args: { name: 'x', state: 'started', enabled: true },
    observed: on(stopped),
    kind: 'change',
    says: 'enable, start',
    runs: ['systemctl enable -- x', 'systemctl start -- x'],
    predicts: { 'unit system x': { activeState: 'active', unitFileState: 'enabled' } },
  },
  {
    name: 'a start of what failed',
    args: { name: 'x', state: 'started' },
    observed: on({ ...stopped, activeState: 'failed', subState: 'failed' }),
    kind: 'change',
    says: 'start',
  },
  {
    name: 'a stop of what is still starting',
    args: { name: 'x', state: 'stopped' },
    observed: on({ ...running, activeState: 'activating' }),
    kind: 'change',
    says: 'stop',
  },
  {
    name: 'nothing to stop',
    args: { name: 'x', state: 'stopped' },
    observed: on(stopped),
    kind: 'unchanged',
  },
  {
    name: 'a restart each time',
    args: { name: 'x', state: 'restarted' },
    observed: on(running),
    kind: 'change',
    says: 'restart',
    runs: ['systemctl restart -- x', 'is-failed'],
  },
  {
    name: 'a restart with a pause',
    args: { name: 'x', state: 'restarted', sleep: 3 },
    observed: on(running),
    kind: 'change',
    runs: ['stop -- x', 'sleep 3', 'start -- x'],
  },
  {
    name: 'reloaded starts what is stopped',
    args: { name: 'x', state: 'reloaded' },
    observed: on(stopped),
    kind: 'change',
    says: 'start',
  },
  {
    name: 'a static unit counts as enabled and as disabled',
    args: { name: 'x', enabled: false },
    observed: on({ ...running, unitFileState: 'static' }),
    kind: 'unchanged',
    says: 'static',
  },
  {
    name: 'a disable',
    args: { name: 'x', enabled: false },
    observed: on(running),
    kind: 'change',
    runs: ['systemctl disable -- x'],
    never: ['stop'],
  },
  {
    name: 'what does not exist',
    args: { name: 'x', state: 'started' },
    kind: 'failed',
    says: 'there is no service x',
  },
  {
    name: 'what is masked',
    args: { name: 'x', state: 'started' },
    observed: on({ ...stopped, loadState: 'masked', unitFileState: 'masked' }),
    kind: 'failed',
    says: 'x is masked and cannot be started',
  },
  {
    name: 'a host without any service manager',
    args: { name: 'x', state: 'started' },
    observed: on({ ...absentUnit, manager: 'none' }),
    kind: 'failed',
    says: 'no service manager',
  },
  {
    name: 'OpenRC',
    args: { name: 'x', state: 'started', enabled: true },
    observed: on({ ...stopped, manager: 'openrc' }),
    kind: 'change',
    runs: ['rc-update add x default', 'rc-service x start'],
  },
  {
    name: 'SysV init',
    args: { name: 'x', state: 'stopped', enabled: false },
    observed: on({ ...running, manager: 'sysvinit' }),
    kind: 'change',
    runs: ['update-rc.d x disable', 'service x stop'],
  },
]);

decisionTable(systemd, absent, [
  {
    name: 'a mask',
    args: { name: 'x', masked: true, state: 'stopped' },
    observed: on(running),
    kind: 'change',
    runs: ['systemctl mask -- x', 'systemctl stop -- x'],
  },
  {
    name: 'an unmask, then a start',
    args: { name: 'x', masked: false, state: 'started', enabled: true },
    observed: on({ ...stopped, loadState: 'masked', unitFileState: 'masked' }),
    kind: 'change',
    runs: ['unmask -- x', 'enable -- x', 'start -- x'],
  },
  {
    name: 'a mask of what does not exist yet',
    args: { name: 'x', masked: true },
    kind: 'change',
    says: 'mask',
  },
  {
    name: 'masked and started exclude each other',
    args: { name: 'x', masked: true, state: 'started' },
    observed: on(running),
    kind: 'failed',
    says: 'masked',
  },
  {
    name: 'daemon-reload before the start',
    args: { name: 'x', state: 'started', daemon_reload: true },
    observed: on(stopped),
    kind: 'change',
    runs: ['systemctl daemon-reload', 'systemctl start -- x'],
  },
  {
    name: 'no daemon-reload while no unit file changed',
    args: { name: 'x', state: 'started', daemon_reload: true },
    observed: on(running),
    kind: 'unchanged',
  },
  {
    name: 'a daemon-reload when the unit file changed',
    args: { name: 'x', state: 'started', daemon_reload: true },
    observed: on({ ...running, needDaemonReload: true }),
    kind: 'change',
    says: 'daemon-reload',
  },
  {
    name: 'a daemon-reload for a file that was removed and written again while it ran',
    args: { name: 'x', enabled: true, daemon_reload: true },
    observed: on({ ...running, loadState: 'error' }),
    kind: 'change',
    says: 'daemon-reload',
    predicts: { 'unit system x': { loadState: 'loaded', activeState: 'active' } },
  },
  {
    name: 'a start with the unit file mended',
    args: { name: 'x', state: 'started', daemon_reload: true },
    observed: on({ ...stopped, loadState: 'bad-setting', needDaemonReload: true }),
    kind: 'change',
    runs: ['systemctl daemon-reload', 'systemctl start -- x'],
    predicts: { 'unit system x': { loadState: 'loaded', activeState: 'active' } },
  },
  {
    name: 'a broken unit file that nobody has mended',
    args: { name: 'x', state: 'started', daemon_reload: true },
    observed: on({ ...stopped, loadState: 'bad-setting' }),
    kind: 'failed',
    says: 'cannot be loaded',
  },
  {
    name: 'a unit of the user',
    args: { name: 'x', scope: 'user', state: 'started' },
    observed: { 'unit user x': stopped },
    kind: 'change',
    runs: ['systemctl --user start -- x'],
  },
  {
    name: 'enabling for all users',
    args: { name: 'x', scope: 'global', enabled: true },
    observed: { 'unit global x': { ...stopped, unitFileState: 'disabled' } },
    kind: 'change',
    runs: ['systemctl --global enable -- x'],
  },
  {
    name: 'no_block is not verified',
    args: { name: 'x', state: 'started', no_block: true },
    observed: on(stopped),
    kind: 'change',
    runs: ['systemctl --no-block start -- x'],
  },
  {
    name: 'a host without systemd',
    args: { name: 'x', state: 'started' },
    observed: on({ ...running, manager: 'openrc' }),
    kind: 'failed',
    says: 'systemd does not run',
  },
]);

refusalTable(service, [[{ name: 'x' }, /one of state and enabled/]]);
refusalTable(systemd, [
  [{ state: 'started' }, /need name/],
  [{ name: 'x' }, /one of state, enabled, masked/],
  [{ name: 'x', scope: 'global', state: 'started' }, /scope global has no state/],
]);

test('a daemon-reload alone is no change, and is not done in check mode', () => {
  const args = withDefaults(systemd, { daemon_reload: true });
  const apply = decideOn(systemd, { ...args, checkMode: false }, absent);
  if (apply.kind !== 'change') throw new Error(apply.kind);
  expect(apply.complete!([])).toMatchObject({ changed: false });
  expect(decideOn(systemd, { ...args, checkMode: true }, absent)).toMatchObject({
    kind: 'unchanged',
  });
});

test('a unit that a package may bring is unknown', () => {
  expect(service.decideUnknown!({ name: 'x', state: 'started' }, {})).toMatchObject({
    kind: 'unknown',
    reason: expect.stringContaining('x'),
  });
});

test('a failed start says what systemctl said', () => {
  const decision = decideOn(
    service,
    withDefaults(service, { name: 'x', state: 'started' }),
    () => stopped,
  );
  if (decision.kind !== 'change') throw new Error(decision.kind);
  const output = {
    status: 1,
    stdout: Buffer.alloc(0),
    stderr: Buffer.from('Job failed'),
    truncated: false,
  };
  expect(decision.complete!([output]).failed).toBe('x could not be started: Job failed');
});
