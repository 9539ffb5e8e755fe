import { describe, expect, test } from 'vitest';
import { matches, matchesCollector } from '../../src/observe/matches.ts';
import { path } from '../../src/observe/path.ts';
import { unit } from '../../src/observe/unit.ts';
import { Unknown } from '../../src/values.ts';

const made = { exists: true, type: 'file' };
const gone = { exists: false };
const open = new Unknown('it depends');

describe('whether something is there after the earlier tasks of a dry run', () => {
  test.each<[string, boolean, Record<string, unknown>, unknown]>([
    ['/srv/x', false, {}, false],
    ['/srv/x', false, { '/srv/x': made }, true],
    ['/srv/x', false, { '/srv/xy': made }, false],
    ['/srv/x', true, { '/srv/x': gone }, false],
    ['/srv/deep/x', true, { '/srv/deep': gone }, false],
    ['/srv/x', false, { '/srv/x': open }, open],
    ['/srv/*.conf', false, { '/srv/a.conf': made }, true],
    ['/srv/*.conf', false, { '/srv/deep/a.conf': made }, false],
    ['/srv/*.conf', false, { '/srv/aXconf': made }, false],
    ['/srv/[ab]?', false, { '/srv/b1': made }, true],
    ['/srv/[!ab]?', false, { '/srv/b1': made }, false],
    ['/srv/*.conf', true, { '/srv/a.conf': gone }, expect.any(Unknown)],
    ['/srv/*.conf', true, { '/srv/other': gone }, true],
  ])('%s, now %s, with %o: %s', (pattern, now, predicted, expected) => {
    const predictions = new Map(
      Object.entries(predicted).map(([name, state]) => [`path\0${name}`, state]),
    );
    expect(matchesCollector.overlay!(now, matches(pattern).key, predictions)).toEqual(expected);
  });
});

test('it is asked again after a change of files, not after others', () => {
  const { key } = matches('/srv/x');
  expect(matchesCollector.staleAfter!(key, path('/srv/x'))).toBe(true);
  expect(matchesCollector.staleAfter!(key, unit('cron'))).toBe(false);
});
