import { describe, expect, test } from 'vitest';
import { findingsJson } from '../../../src/cli/drift/findings-json.ts';
import { findingsJunit } from '../../../src/cli/drift/findings-junit.ts';
import { findingsText } from '../../../src/cli/drift/findings-text.ts';
import { exitStatusOf } from '../../../src/drift/tally.ts';
import { noColours } from '../../../src/reporters/paint.ts';
import { checked, finding } from '../../drift/support/findings.ts';

const diff = [{ header: '/etc/site', before: 'a\n', after: 'b <&"\n' }];
const found = checked(
  [
    finding({ diff }),
    finding({ task: 'Service\u001b[2J', kind: 'pending', message: 'would "start" & stay\nup' }),
    finding({
      host: 'db1',
      task: 'Grants',
      role: 'database',
      kind: 'unknown',
      message: 'known later',
    }),
  ],
  { unreachable: ['db2'], failed: [{ host: 'web2', message: 'no space left' }], durationMs: 1200 },
);

describe('as text', () => {
  test('by host, what hosts said made visible', () => {
    expect(findingsText(found, { diff: true, paint: noColours }).join('\n')).toMatchInlineSnapshot(`
      "web1
        drifted  web: The site
                 content differs
                 --- /etc/site (before)
                 +++ /etc/site (after)
                 @@ -1,1 +1,1 @@
                 -a
                 +b <&"
        pending  web: Service\\x1b[2J
                 would "start" & stay up

      db1
        unknown  database: Grants
                 known later

      failed  web2: no space left
      unreachable  db2
      1 of 3 hosts differ: 1 drifted, 1 pending, 1 unknown, 1 failed, 1 unreachable
      (1.2 s)"
    `);
  });

  test('at most 80 columns wide', () => {
    const long = finding({ task: 'word '.repeat(40), message: 'x'.repeat(300) });
    const lines = findingsText(checked([long], { unreachable: Array(30).fill('host') }), {
      diff: false,
      paint: noColours,
    });
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('nothing', () => {
    expect(findingsText(checked([]), { diff: false, paint: noColours })).toEqual([
      '0 of 3 hosts differ: 0 drifted, 0 pending, 0 unknown (1.0 s)',
    ]);
  });
});

test('as JSON', () => {
  expect(JSON.parse(JSON.stringify(findingsJson('site', found, 0)))).toMatchObject({
    version: 1,
    watch: 'site',
    at: '1970-01-01T00:00:00.000Z',
    durationMs: 1200,
    hosts: ['web1', 'web2', 'db1'],
    unreachable: ['db2'],
    failed: [{ host: 'web2', message: 'no space left' }],
    counts: { drifted: 1, pending: 1, unknown: 1 },
    findings: [{ host: 'web1', role: 'web', task: 'The site', kind: 'drifted', diff }, {}, {}],
  });
});

test('as JUnit', () => {
  expect(findingsJunit('my "site"', found)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="rolecall drift" tests="5" failures="2" errors="2" skipped="1" time="1.200">
      <testsuite name="my &quot;site&quot;" tests="5" failures="2" errors="2" skipped="1" time="1.200">
        <testcase classname="web1" name="web: The site" time="0.000">
          <failure type="drifted" message="content differs">content differs
    --- /etc/site (before)
    +++ /etc/site (after)
    @@ -1,1 +1,1 @@
    -a
    +b &lt;&amp;"</failure>
        </testcase>
        <testcase classname="web1" name="web: Service\\x1b[2J" time="0.000">
          <failure type="pending" message="would &quot;start&quot; &amp; stay up">would "start" &amp; stay
    up</failure>
        </testcase>
        <testcase classname="db1" name="database: Grants" time="0.000">
          <skipped message="known later"/>
        </testcase>
        <testcase classname="web2" name="dry run" time="0.000">
          <error type="failed" message="no space left">no space left</error>
        </testcase>
        <testcase classname="db2" name="connection" time="0.000">
          <error type="unreachable" message="the host does not answer">the host does not answer</error>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test('as JUnit, a host as declared passes', () => {
  const xml = findingsJunit('site', checked([finding()]));
  expect(xml).toContain('tests="3" failures="1" errors="0" skipped="0"');
  expect(xml).toContain('<testcase classname="db1" name="as declared" time="0.000"/>');
});

test.each([
  ['nothing differs', checked([]), 0],
  ['unknown only', checked([finding({ kind: 'unknown' })]), 0],
  ['drifted', checked([finding()]), 3],
  ['pending', checked([finding({ kind: 'pending' })]), 3],
  ['a task failed', checked([finding()], { failed: [{ host: 'web1', message: 'no' }] }), 2],
  ['a host is away', checked([finding()], { unreachable: ['db1'] }), 4],
])('exit status: %s', (_what, outcome, status) => {
  expect(exitStatusOf(outcome)).toBe(status);
});
