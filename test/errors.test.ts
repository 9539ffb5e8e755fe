import { describe, expect, test } from 'vitest';
import { describeProblem, nearestName, RolecallError } from '../src/errors.ts';

const at = { file: 'site.yml', line: 3, column: 7 };

describe('a problem as text', () => {
  test('place with line and caret, host and task, what was expected, the nearest name, what to do', () => {
    const text = describeProblem(
      {
        code: 'unknown-argument',
        message: "file has no argument 'stat'",
        at,
        host: 'web1',
        task: 'Make it',
        expected: 'path or state',
        nearest: 'state',
      },
      () => '    - file: {stat: directory}',
    );
    expect(text.split('\n')).toEqual([
      "unknown-argument: file has no argument 'stat'",
      "  host web1, task 'Make it'",
      '  at site.yml:3:7',
      '        - file: {stat: directory}',
      '          ^',
      '  expected: path or state',
      "  did you mean 'state'?",
      '  → Correct the name; `rolecall doc MODULE` lists the arguments.',
    ]);
  });

  test('long lists are wrapped at 80 columns', () => {
    const names = Array.from({ length: 30 }, (_, index) => `argument_${index}`);
    const expected = `one of ${names.join(', ')}`;
    const lines = describeProblem({ code: 'unknown-argument', message: 'm', expected }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(
      lines
        .slice(1, -1)
        .map((line) => line.trim())
        .join(' '),
    ).toBe(`expected: ${expected}`);
  });
});

test.each([
  ['stat', ['path', 'state'], 'state'],
  ['Sate', ['path', 'state'], 'state'],
  ['xyz', ['path', 'state'], undefined],
  ['templte', ['template', 'temp'], 'template'],
])('the nearest to %s', (name, candidates, nearest) => {
  expect(nearestName(name, candidates)).toBe(nearest);
});

test('an error of several problems has the gravest exit status', () => {
  const error = new RolecallError([
    { code: 'unknown-argument', message: 'a' },
    { code: 'unreachable', message: 'b' },
  ]);
  expect(error.exitStatus).toBe(4);
  expect(error.message).toBe('a\nb');
});
