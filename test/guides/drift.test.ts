import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { metricsText } from '../../src/drift/metrics.ts';
import { noticesAfter } from '../../src/drift/notices/conditions.ts';
import { readDriftSettings } from '../../src/drift/settings.ts';
import { driftSettings, noticeKinds } from '../../src/drift/settings-schema.ts';
import { emptyState } from '../../src/drift/state.ts';
import { checked, finding } from '../drift/support/findings.ts';

const guide = readFileSync(new URL('../../docs/guides/drift.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'drift-guide-'));
afterAll(() => rmSync(folder, { recursive: true }));

function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(guide)![1]!;
}

test('its drift.yml can be read', () => {
  const file = join(folder, 'drift.yml');
  writeFileSync(file, block('yaml'));
  const settings = readDriftSettings(file, {}, folder);
  expect(settings.policy.rules.length).toBe(4);
  const lines = block('yaml').match(/^\w+/gm)!;
  expect(lines.filter((name) => !(name in driftSettings.properties))).toEqual([]);
});

test('its table has every kind of notice', () => {
  const named = [...guide.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
  expect(named.filter((name) => noticeKinds.includes(name as 'drift')).sort()).toEqual(
    [...noticeKinds].sort(),
  );
});

test('its notice is what is sent', () => {
  const left = [finding({ key: '…' })];
  const at = Date.parse('2026-03-02T22:15:04.120Z');
  const { notices } = noticesAfter(
    {
      cause: 'due',
      startedAt: at,
      endedAt: at,
      checked: checked(left),
      corrected: [],
      failed: [],
      held: [],
      left,
      busyBefore: [],
    },
    {},
    { watch: 'site', machine: 'admin1', remindMs: 1 },
  );
  expect(JSON.parse(block('json'))).toEqual(JSON.parse(JSON.stringify(notices[0])));
});

test('its figures are served', () => {
  const last = { findings: {}, held: {}, unreachable: [], checkMs: 1, hosts: 1, driftedHosts: 0 };
  const text = metricsText(
    { ...emptyState, lastGood: 1, last: { ...last, endedAt: 1 } as never },
    { watch: 'site', nextRun: 1 },
  );
  for (const [name] of guide.matchAll(/rolecall_drift_\w+/g)) expect(text).toContain(`${name}{`);
});
