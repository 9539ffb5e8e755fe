import { expect, test } from 'vitest';
import { junitReporter } from '../../src/reporters/junit.ts';
import { end, finished, play, started, task } from './support/events.ts';

test('a suite per play, a case per host and task', async () => {
  let xml = '';
  const reporter = junitReporter(async (text) => {
    xml = text;
  });
  const hosts = ['web1', 'web2'];
  for (const event of [
    started(),
    play('Web "servers" & more', hosts),
    task('Install', 'site.yml:7', hosts),
    end('web1', 'Install', 'site.yml:7', { status: 'changed', message: 'absent → 1.26' }),
    end('web2', 'Install', 'site.yml:7', {
      status: 'failed',
      message: 'status <100>\u0000\ud800',
      result: { stderr: 'E: no ]]> package' },
    }),
    task('Start', 'site.yml:9', ['web1']),
    end('web1', 'Start', 'site.yml:9', { status: 'ok', message: 'runs' }),
    end('web1', 'Start', 'site.yml:9', { status: 'skipped', message: 'when' }),
    finished({}),
  ]) {
    reporter.report(event);
  }
  await reporter.finish();
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rolecall" tests="4" failures="1" errors="0" skipped="1" time="4.800">
  <testsuite name="Web &quot;servers&quot; &amp; more" tests="4" failures="1" errors="0" skipped="1" time="4.800">
    <testcase classname="web1" name="Install" file="site.yml" line="7" time="1.200">
      <system-out>changed: absent → 1.26</system-out>
    </testcase>
    <testcase classname="web2" name="Install" file="site.yml" line="7" time="1.200">
      <failure type="failed" message="status &lt;100&gt;\\x00�">status &lt;100&gt;\\x00�
      task      Install (apt)
      stderr    E: no ]]&gt; package
      at        site.yml:7</failure>
    </testcase>
    <testcase classname="web1" name="Start" file="site.yml" line="9" time="1.200"/>
    <testcase classname="web1" name="Start" file="site.yml" line="9" time="1.200">
      <skipped message="when"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});
