import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edited, guideSteps } from '../../guides/support/guide-steps.ts';
import { type TestLab, useLab } from '../support/lab.ts';
import { rolecallRun } from '../support/rolecall.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ['log1', 'web1', 'web2'];
let lab: TestLab;
const run = (...words: string[]) =>
  rolecallRun(['-i', lab.inventoryFile, 'site.yml', ...words], { cwd: folder });

beforeAll(async () => {
  lab = await useLab(
    'guide',
    names.map((name) => ({ name })),
  );
  await lab.reset();
  for (const step of guideSteps('write-a-typed-role.md')) {
    if (step.kind === 'command' || step.undone) continue;
    const file = join(folder, step.path);
    mkdirSync(dirname(file), { recursive: true });
    const text = step.kind === 'file' ? step.text : edited(readFileSync(file, 'utf8'), step.lines);
    writeFileSync(file, text);
  }
});

test('the role of the guide: the dry run alters nothing and is right, a second run finds nothing', async () => {
  const before = await lab.hashTree('log1');
  const planned = await run('--check', '--become');
  expect(planned.status, planned.stdout + planned.stderr).toBe(0);
  expect(lab.differences(before, await lab.hashTree('log1'))).toEqual([]);

  const applied = await run('--become');
  expect(applied.status, applied.stdout + applied.stderr).toBe(0);
  expect(applied.with('changed')).toHaveLength(10);
  expect(planned.with('changed')).toEqual(applied.with('changed'));
  expect(planned.with('unknown')).toEqual([]);

  const again = await run('--become');
  expect(again.with('changed')).toEqual([]);
});

test('what web1 logs is on log1', async () => {
  await lab.sh('web1', 'logger -p user.err hello from the guide');
  await until(async () => {
    return (await lab.sh('log1', 'cat /var/log/fleet/web1.log')).includes('hello from the guide');
  });
});

test('another threshold restarts the senders only', async () => {
  const threshold = JSON.stringify({ syslog: { collector: 'log1', from: 'warning' } });
  const changed = await run('--become', '-e', threshold);
  expect(changed.with('changed')).toEqual(
    ['web1', 'web2'].flatMap((host) => [
      `${host}: syslog : Configure rsyslog`,
      `${host}: syslog : Restart rsyslog`,
    ]),
  );
});
