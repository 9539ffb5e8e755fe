import { expect, test } from 'vitest';
import { content } from '../../src/observe/content.ts';
import { digest } from '../../src/observe/digest.ts';
import { observationId } from '../../src/observe/observation.ts';
import { path } from '../../src/observe/path.ts';
import { absentUnit, unitCollector } from '../../src/observe/unit.ts';

test.each([
  [path('/etc/systemd/system/app.service'), true],
  [digest('/usr/lib/systemd/system/app.service.d/x.conf'), true],
  [content('/etc/init.d/app'), true],
  [path('/home/me/.config/systemd/user/app.timer'), true],
  [path('/etc/systemd/journald.conf'), false],
  [path('/etc/app.service'), false],
])('what is known of units after a change of %o', (touched, stale) => {
  expect(unitCollector.staleAfter!('system app', touched)).toBe(stale);
});

const written = (file: string, text: string) =>
  new Map<string, unknown>([
    [observationId(path(file)), { exists: true, type: 'file' }],
    [observationId(content(file)), { bytes: Buffer.from(text) }],
  ]);

test.each<[string, ReadonlyMap<string, unknown>, object]>([
  ['nothing is written', new Map(), { loadState: 'not-found' }],
  [
    'a unit that can be enabled',
    written('/etc/systemd/system/app.service', '[Service]\n[Install]\n'),
    { loadState: 'loaded', unitFileState: 'disabled', activeState: 'inactive', id: 'app.service' },
  ],
  [
    'a unit that cannot',
    written('/lib/systemd/system/app.service', '[Service]\n'),
    { loadState: 'loaded', unitFileState: 'static' },
  ],
  ['another unit', written('/etc/systemd/system/b.service', ''), { loadState: 'not-found' }],
])('in a dry run, when %s', (_name, predictions, expected) => {
  expect(unitCollector.overlay!(absentUnit, 'system app', predictions)).toMatchObject(expected);
});

test('in a dry run, when the file of a running unit comes back, what enabled it may still be there', () => {
  const running = { ...absentUnit, activeState: 'active', subState: 'running' };
  const predictions = written('/etc/systemd/system/app.service', '[Install]\n');
  expect(unitCollector.overlay!(running, 'system app', predictions)).toMatchObject({
    reason: expect.stringContaining('app.service runs without its file'),
  });
});
