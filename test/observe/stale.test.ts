import { expect, test } from 'vitest';
import { aptCacheCollector } from '../../src/observe/apt-cache.ts';
import { aptCandidateCollector } from '../../src/observe/apt-candidate.ts';
import { content } from '../../src/observe/content.ts';
import { crontabCollector } from '../../src/observe/crontab.ts';
import { getentCollector } from '../../src/observe/getent.ts';
import { groupCollector } from '../../src/observe/group.ts';
import { path } from '../../src/observe/path.ts';
import { userCollector } from '../../src/observe/user.ts';

test.each([
  [userCollector, '/etc/passwd', '/etc/passwd.bak'],
  [userCollector, '/etc/group', '/etc/hosts'],
  [groupCollector, '/etc/group', '/etc/passwd'],
  [getentCollector, '/etc/hosts', '/srv/hosts'],
  [crontabCollector, '/var/spool/cron/crontabs/root', '/etc/cron.d/x'],
  [aptCacheCollector, '/etc/apt/sources.list.d/x.list', '/etc/aptitude'],
  [aptCandidateCollector, '/etc/apt/preferences', '/srv/etc/apt/preferences'],
])('%o is asked again after a change of %s, not of %s', (collector, yes, no) => {
  for (const kind of [path, content]) {
    expect(collector.staleAfter!('key', kind(yes))).toBe(true);
    expect(collector.staleAfter!('key', kind(no))).toBe(false);
  }
});
