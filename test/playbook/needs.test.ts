import { describe, expect, test } from 'vitest';
import { playOrder } from '../../src/playbook/needs.ts';
import { loadPlays, problemsOf } from './support.ts';

const play = (name: string, needs?: string) =>
  `- name: ${name}\n  hosts: all\n${needs === undefined ? '' : `  needs: ${needs}\n`}`;

describe('the order of plays', () => {
  const cases: [string, string, number[], number[][]][] = [
    ['without needs', play('a') + play('b') + play('c'), [0, 1, 2], [[], [0], [0, 1]]],
    ['one name', play('a') + play('b', '[]') + play('c', 'a'), [0, 1, 2], [[], [], [0]]],
    ['a later play', play('a', 'b') + play('b', '[]'), [1, 0], [[1], []]],
    ['none after', play('a', '[]') + play('b', '[]') + play('c'), [0, 1, 2], [[], [], [0, 1]]],
    [
      'several names',
      play('a') + play('b', '[]') + play('c', '[b, a]'),
      [0, 1, 2],
      [[], [], [1, 0]],
    ],
  ];
  test.each(cases)('%s', (_name, text, order, waitsFor) => {
    const found = playOrder(loadPlays(text));
    expect(found.order).toEqual(order);
    expect(found.waitsFor.map((waiting) => [...waiting])).toEqual(waitsFor);
  });

  test('needs reach into imported playbooks', () => {
    const plays = loadPlays({
      'site.yml': `- import_playbook: base.yml\n${play('b', '[]')}${play('c', 'a')}`,
      'base.yml': play('a'),
    });
    expect([...playOrder(plays).waitsFor[2]!]).toEqual([0]);
  });
});

describe('problems', () => {
  interface Wrong {
    readonly name: string;
    readonly text: string;
    readonly code: string;
    readonly line: number;
    readonly column: number;
    readonly says: RegExp;
  }
  const cases: Wrong[] = [
    {
      name: 'no such play',
      text: play('Databases') + play('b', '[Database]'),
      code: 'unknown-play',
      line: 5,
      column: 11,
      says: /'Database'.*Databases/s,
    },
    {
      name: 'two of the name',
      text: play('a') + play('a') + play('b', 'a'),
      code: 'ambiguous-play',
      line: 7,
      column: 10,
      says: /2 plays are called 'a': site.yml:1, site.yml:3/,
    },
    {
      name: 'itself',
      text: play('a', 'a'),
      code: 'needs-cycle',
      line: 3,
      column: 10,
      says: /'a' needs itself/,
    },
    {
      name: 'a circle',
      text: play('a', 'c') + play('b', 'a') + play('c', 'b'),
      code: 'needs-cycle',
      line: 3,
      column: 10,
      says: /'a' → 'c' → 'b' → 'a'/,
    },
    {
      name: 'a later play that waits for all before it',
      text: play('a', 'b') + play('b'),
      code: 'needs-cycle',
      line: 3,
      column: 10,
      says: /'a' → 'b' → 'a'.*'b' has no needs/s,
    },
    {
      name: 'a template',
      text: play('a') + play('b', "['{{ x }}']"),
      code: 'invalid-keyword',
      line: 5,
      column: 11,
      says: /name of a play/,
    },
    {
      name: 'no name',
      text: play('a') + play('b', '{a: b}'),
      code: 'invalid-keyword',
      line: 5,
      column: 10,
      says: /name of a play/,
    },
  ];
  test.each(cases)('$name', ({ text, code, line, column, says }) => {
    const found = problemsOf(() => loadPlays(text));
    expect(found).toMatchObject([{ code, at: { line, column } }]);
    const [{ message, hint, expected, nearest }] = found as [(typeof found)[0]];
    expect([message, hint, expected, nearest].join('\n')).toMatch(says);
  });

  test('each circle is told', () => {
    const found = problemsOf(() =>
      loadPlays(play('a', 'b') + play('b', 'a') + play('c', 'd') + play('d', 'c')),
    );
    expect(found.map(({ at }) => at!.line)).toEqual([3, 9]);
  });
});
