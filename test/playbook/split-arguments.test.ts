import { describe, expect, test } from 'vitest';
import { splitArguments } from '../../src/playbook/split-arguments.ts';

describe('splitArguments', () => {
  const cases: {
    text: string;
    only?: string[];
    pairs: string[][];
    free?: string;
    unbalanced?: true;
  }[] = [
    { text: '', pairs: [] },
    {
      text: 'a=1 b=2',
      pairs: [
        ['a', '1'],
        ['b', '2'],
      ],
    },
    { text: 'a=', pairs: [['a', '']] },
    { text: 'a==b', pairs: [['a', '=b']] },
    {
      text: 'a="x y" b=\'p q\'',
      pairs: [
        ['a', 'x y'],
        ['b', 'p q'],
      ],
    },
    { text: 'a="say \\"hi\\""', pairs: [['a', 'say "hi"']] },
    { text: 'a=x"y z"', pairs: [['a', 'x"y z"']] },
    {
      text: "regexp='^%wheel' line='%wheel ALL=(ALL) ALL'",
      pairs: [
        ['regexp', '^%wheel'],
        ['line', '%wheel ALL=(ALL) ALL'],
      ],
    },
    {
      text: 'a={{ x | default("y z") }} b=1',
      pairs: [
        ['a', '{{ x | default("y z") }}'],
        ['b', '1'],
      ],
    },
    { text: 'a={{ x }}/{{ y }}.conf', pairs: [['a', '{{ x }}/{{ y }}.conf']] },
    { text: 'a={% if x %}y z{% endif %}', pairs: [['a', '{% if x %}y']], free: 'z{% endif %}' },
    {
      text: 'a=1\n  b=2',
      pairs: [
        ['a', '1'],
        ['b', '2'],
      ],
    },
    { text: 'echo hi', pairs: [], free: 'echo hi' },
    { text: 'echo a=1', pairs: [['a', '1']], free: 'echo' },
    { text: 'echo a=1  chdir=/x', only: ['chdir'], pairs: [['chdir', '/x']], free: 'echo a=1' },
    {
      text: 'creates=/x sh -c "a  b"',
      only: ['creates'],
      pairs: [['creates', '/x']],
      free: 'sh -c "a  b"',
    },
    { text: 'a="x', pairs: [['a', '"x']], unbalanced: true },
    { text: 'a={{ x', pairs: [['a', '{{ x']], unbalanced: true },
    { text: 'a=\\"x', pairs: [['a', '"x']] },
    {
      text: 'line="a\\tb\\n" re=\\.x\\s\\\\. u=\\u00e9',
      pairs: [
        ['line', 'a\tb\n'],
        ['re', '\\.x\\s\\.'],
        ['u', 'é'],
      ],
    },
    {
      text: 'printf "a\\n" creates=/x',
      only: ['creates'],
      pairs: [['creates', '/x']],
      free: 'printf "a\\n"',
    },
  ];
  test.each(cases)('$text', ({ text, only, pairs, free = '', unbalanced = false }) => {
    const split = splitArguments(text, only && new Set(only));
    expect(split).toEqual({ pairs, free, unbalanced });
  });
});
