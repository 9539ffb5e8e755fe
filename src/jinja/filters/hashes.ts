import { createHash, getHashes } from 'node:crypto';
import type { Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import { asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';
import { passwordHash } from './password-hash.ts';

const sha1 = filter('The SHA-1 of the text in hexadecimal.', '', (value) => digest('sha1', value));

/** Filters that hash. */
export const hashFilters: Record<string, Definition> = {
  hash: filter(
    'A hash of the text in hexadecimal (sha1 unless named).',
    'hashtype?',
    (value, [type]) => {
      const name = asText(type, 'sha1')
        .replace('blake2b', 'blake2b512')
        .replace('blake2s', 'blake2s256');
      if (!getHashes().includes(name)) throw new Fault(`there is no hash '${name}'`);
      return digest(name, value);
    },
  ),
  md5: filter('The MD5 of the text in hexadecimal.', '', (value) => digest('md5', value)),
  sha1,
  checksum: sha1,
  to_uuid: filter(
    'A UUID made from the text and a namespace.',
    'namespace?',
    (value, [namespace]) => {
      const space = asText(namespace, '361E6D51-FAEC-444A-9079-341386DA8E2E').replaceAll('-', '');
      if (!/^[\da-f]{32}$/i.test(space)) throw new Fault(`'${asText(namespace)}' is no UUID`);
      const bytes = createHash('sha1')
        .update(Buffer.from(space, 'hex'))
        .update(text(value))
        .digest()
        .subarray(0, 16);
      bytes[6] = (bytes[6]! & 0x0f) | 0x50;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  ),
  password_hash: {
    summary: 'A crypt(3) hash of a password; give a salt, so that it stays the same.',
    parameters: ['hashtype?', 'salt?', 'salt_size?', 'rounds?', 'ident?'],
    apply: (value, [type, salt, , rounds], machine) => {
      const given = salt === undefined || salt === null ? undefined : text(salt);
      if (given === undefined && machine.environment.speculative) {
        throw new Fault(
          "'password_hash' without a salt gives another result each time; give it one",
        );
      }
      const count = rounds === undefined || rounds === null ? undefined : Number(text(rounds));
      return passwordHash(text(value), asText(type, 'sha512'), given, count);
    },
  },
};

function digest(name: string, value: Value): string {
  return createHash(name).update(text(value)).digest('hex');
}
