import { describe, expect, test } from 'vitest';
import { selectsTask } from '../../src/playbook/tags.ts';

const split = (text: string) => (text === '' ? [] : text.split(' '));

/** Held against ansible-core 2.14 row by row. */
describe('selectsTask', () => {
  const cases: [tags: string, only: string, skip: string, runs: boolean][] = [
    ['', '', '', true],
    ['', 'all', '', true],
    ['a', 'all', '', true],
    ['a', 'a', '', true],
    ['a', 'b', '', false],
    ['a b', 'b c', '', true],
    ['', 'a', '', false],
    ['', 'untagged', '', true],
    ['a', 'untagged', '', false],
    ['', 'tagged', '', false],
    ['a', 'tagged', '', true],
    ['always', 'a', '', true],
    ['always', 'untagged', '', true],
    ['never', '', '', false],
    ['never', 'all', '', false],
    ['never', 'never', '', true],
    ['never a', 'a', '', true],
    ['never a', 'tagged', '', false],
    ['never a', 'all', '', false],
    ['always never', 'all', '', true],
    ['a', '', 'a', false],
    ['a', '', 'b', true],
    ['a', 'a', 'a', false],
    ['a b', 'a', 'b', false],
    ['', '', 'untagged', false],
    ['', '', 'tagged', true],
    ['a', '', 'tagged', false],
    ['a', '', 'all', false],
    ['', '', 'all', false],
    ['always', '', 'all', true],
    ['always', '', 'all always', false],
    ['always', '', 'always', false],
    ['always a', '', 'a', false],
    ['always', '', 'tagged', false],
    ['never a', 'a', 'never', false],
  ];
  test.each(cases)("tags '%s', --tags '%s', --skip-tags '%s': %s", (tags, only, skip, runs) => {
    expect(selectsTask(split(tags), split(only), split(skip))).toBe(runs);
  });
});
