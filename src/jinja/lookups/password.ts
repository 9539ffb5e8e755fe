import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Value } from '../../values.ts';
import { passwordHash, randomSalt } from '../filters/password-hash.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import type { Lookup, LookupContext } from './context.ts';
import { termArguments } from './lists.ts';

const classes: Record<string, string> = {
  ascii_lowercase: 'abcdefghijklmnopqrstuvwxyz',
  ascii_uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ascii_letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** `password`: `/path length=20 chars=ascii_letters,digits encrypt=sha512_crypt`. */
export const password: Lookup = {
  summary: 'The password in a file, which is made with a random one where it does not exist.',
  options: ['length', 'chars', 'encrypt', 'seed', 'ident'],
  find: (terms, options, context) => terms.map((term) => onePassword(term, options, context)),
};

function onePassword(
  term: Value,
  options: ReadonlyMap<string, Value>,
  context: LookupContext,
): string {
  const { words, named } = termArguments(term);
  const option = (name: string): string | undefined => {
    const value = options.get(name);
    return (
      named.get(name) ??
      (value === undefined || value === null
        ? undefined
        : Array.isArray(value)
          ? value.map(text).join(',')
          : text(value))
    );
  };
  const path = isAbsolute(words) ? words : join(context.basedir, words);
  const stored =
    path === '/dev/null' || !existsSync(path) ? undefined : parseStored(readFileSync(path, 'utf8'));
  const encrypt = option('encrypt');
  if (stored && (!encrypt || stored.salt)) return encrypted(stored.plain, encrypt, stored.salt);
  if (context.speculative) {
    throw new Fault(
      `the password in '${words}' does not exist yet, and trying in advance makes none`,
    );
  }
  const plain =
    stored?.plain ??
    randomPassword(
      Number(option('length') ?? 20),
      option('chars') ?? 'ascii_letters,digits,.,:,-,_',
    );
  const salt = encrypt ? randomSalt(16) : undefined;
  if (path !== '/dev/null') {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${plain}${salt ? ` salt=${salt}` : ''}\n`, { mode: 0o600 });
  }
  return encrypted(plain, encrypt, salt);
}

function parseStored(content: string): { plain: string; salt: string | undefined } {
  const line = content.trimEnd();
  const match = /^([\s\S]*) salt=(\S+?)(?: ident=\S+)?$/.exec(line);
  return match ? { plain: match[1]!, salt: match[2] } : { plain: line, salt: undefined };
}

function encrypted(plain: string, encrypt: string | undefined, salt: string | undefined): string {
  return encrypt ? passwordHash(plain, encrypt, salt, undefined) : plain;
}

function randomPassword(length: number, chars: string): string {
  if (!Number.isInteger(length) || length < 1)
    throw new Fault(`the length of a password is a number, not '${length}'`);
  const alphabet = [...new Set(chars.split(',').flatMap((part) => [...(classes[part] ?? part)]))];
  if (alphabet.length === 0) throw new Fault("'chars' leaves no characters for a password");
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]!).join('');
}
