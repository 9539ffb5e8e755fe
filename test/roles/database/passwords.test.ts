import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPassword, nativePassword, sha256Crypt } from '../../../roles/database/passwords.ts';

// What `SELECT HEX(authentication_string)` said of accounts made on MySQL 9.7.
const salted = '24412430303524354A7B284C09255D2752230A535312353F0B4C066B';

describe('the hash of MySQL', () => {
  test.each([
    [
      '6JNQKT0TdKVsw8FF:mbj',
      '24412430304124314B21146831141E5877076E5732255E3D56160734624551516936467739434E5936683961474161756A446859725244536168396748504736455631713936',
    ],
    [
      'x',
      '24412430304124354A7B284C09255D2752230A535312353F0B4C066B546C6D6C4143514F7A5844304A6A575A6E68384F394C373063765457546353436D6A5074784672347237',
    ],
  ])('%s', (password, hex) => {
    expect(isPassword({ plugin: 'caching_sha2_password', hex }, password)).toBe(true);
    expect(isPassword({ plugin: 'caching_sha2_password', hex }, `${password} `)).toBe(false);
  });

  test.each([
    ['nothing', ''],
    ['less than a hash', salted],
    ['something else', Buffer.from('x'.repeat(70)).toString('hex')],
  ])('%s is no password', (_, hex) => {
    expect(isPassword({ plugin: 'caching_sha2_password', hex }, '')).toBe(false);
  });
});

// The first from the specification of SHA-crypt, the other from OpenSSL.
test.each([
  ['Hello world!', 'saltstring', '5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  [
    'a very long password, of more than sixty-four bytes, so that blocks are filled €',
    'abcdefghijklmnop',
    'gG0ZYglRg3y8ASyfofHmgdw2g.PhglmkWILf62NEAS7',
  ],
])('SHA-crypt of %s', (password, salt, digest) => {
  expect(sha256Crypt(password, Buffer.from(salt), 5000)).toBe(digest);
});

test('the hash of MariaDB', () => {
  const hex = Buffer.from('*03433C6B3A6A40A98822153A1ABC5C0A8A21B8CB').toString('hex');
  expect(isPassword({ plugin: 'mysql_native_password', hex }, "it's")).toBe(true);
  expect(isPassword({ plugin: 'mysql_native_password', hex }, 'its')).toBe(false);
  expect(isPassword({ plugin: 'ed25519', hex }, "it's")).toBe(false);
});

test('different passwords have different hashes', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const hex = Buffer.from(nativePassword(one)).toString('hex');
      expect(isPassword({ plugin: 'mysql_native_password', hex }, other)).toBe(one === other);
    }),
    { numRuns: 200 },
  );
});
