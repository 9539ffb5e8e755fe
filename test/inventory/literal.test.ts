import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPythonLiteral } from '../../src/inventory/literal.ts';
import { Float, toPlain } from '../../src/values.ts';

/** Text, what ast.literal_eval of Python 3 made of it, and the type that it had there. */
const captured: [string, unknown, string][] = JSON.parse(
  readFileSync(new URL('captured/literals.json', import.meta.url), 'utf8'),
);

describe('Python literals', () => {
  it.each(captured)('%s', (text, expected, type) => {
    const value = readPythonLiteral(text);
    expect(JSON.stringify(toPlain(value))).toBe(JSON.stringify(expected));
    if (type === 'float') expect(value instanceof Float || !Number.isInteger(value)).toBe(true);
  });

  it('stays text where nesting is too deep to be meant', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    expect(readPythonLiteral(deep)).toBe(deep);
  });

  it('reads any text without failing, and any quoted text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readPythonLiteral(text);
        const quoted = `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
        expect(readPythonLiteral(quoted)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
