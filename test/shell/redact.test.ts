import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mask, Redactor } from '../../src/shell/redact.ts';

const secret = 'p@ss "wörd"\'$ \\x/1';
const bytes = Buffer.from(secret);

test.each([
  ['plain', secret],
  ['base64', bytes.toString('base64')],
  ['base64 of user:secret', Buffer.from(`admin:${secret}`).toString('base64')],
  ['base64 with one byte before', Buffer.from(`x${secret}yz`).toString('base64')],
  ['base64url', bytes.toString('base64url')],
  ['URL', encodeURIComponent(secret)],
  ['URL path', encodeURIComponent(secret).replaceAll('%2F', '/')],
  ['form', encodeURIComponent(secret).replaceAll('%20', '+')],
  ['JSON', JSON.stringify({ a: secret })],
  ['JSON in ASCII', '"p@ss \\"w\\u00f6rd\\"\'$ \\\\x/1"'],
  ['shell', `'${secret.replaceAll("'", "'\\''")}'`],
  ['hex', bytes.toString('hex')],
  ['HEX', bytes.toString('hex').toUpperCase()],
])('hides a secret as %s', (_, text) => {
  const redactor = new Redactor();
  expect(redactor.redact(text)).toBe(text);
  redactor.add(secret);
  const shown = redactor.redact(`before ${text} after`);
  expect(shown).toContain(mask);
  expect(shown).toMatch(/^before .* after$/s);
  expect(shown).not.toContain(text);
  expect(shown.length).toBeLessThan(`before ${text} after`.length);
});

test('secrets that overlap leave nothing of either', () => {
  const redactor = new Redactor();
  redactor.add('abcdef');
  redactor.add('defghi');
  redactor.add('abcd');
  expect(redactor.redact('xabcdefghix abcdx')).toBe(`x${mask}x ${mask}x`);
});

test('short secrets are hidden as whole values only', () => {
  const redactor = new Redactor();
  redactor.add('abc');
  redactor.add('');
  expect(redactor.redact('abc')).toBe(mask);
  expect(redactor.redact('abcd')).toBe('abcd');
});

test('each line of a long secret is hidden', () => {
  const redactor = new Redactor();
  redactor.add('-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n');
  expect(redactor.redact('+ MIIEvQIBADAN\n+ BgkqhkiG9w0B\n')).toBe(`+ ${mask}\n+ ${mask}\n`);
});

test('chunks may be cut anywhere', () => {
  const redactor = new Redactor();
  for (const value of ['aaaa', 'abab', 'hunter2 hunter2', 'zażółć']) redactor.add(value);
  const text = fc.array(
    fc.constantFrom('a', 'b', 'ab', 'hunter2', ' ', 'zażółć', 'aaaa', 'x', 'YWFhYQ'),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 9 })), (words, cuts) => {
      const whole = words.join('');
      const stream = redactor.stream();
      let out = '';
      let rest = whole;
      for (const cut of cuts) {
        out += stream.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      out += stream.push(rest) + stream.end();
      expect(out).toBe(redactor.redact(whole));
      expect(out).not.toMatch(/aaaa|abab|hunter2 hunter2|zażółć/);
    }),
    { numRuns: 500 },
  );
});

test('an endless run of secrets is not held back', () => {
  const redactor = new Redactor();
  redactor.add('aaaa');
  const stream = redactor.stream();
  let out = '';
  for (let n = 0; n < 1000; n++) out += stream.push('aaaaaaaaaa');
  expect(out).toBe(mask);
  expect(stream.push(`b${'c'.repeat(50)}`)).toMatch(/^bc+$/);
});
