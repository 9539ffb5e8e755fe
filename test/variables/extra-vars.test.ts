import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/values.ts';
import { parseExtraVars } from '../../src/variables/extra-vars.ts';
import { positionOfKey } from '../../src/yaml/positions.ts';
import { isSecretKey } from '../../src/yaml/secrets.ts';
import { folderOf } from '../inventory/support/folder.ts';

const noVault = () => '';
const parse = (...texts: string[]) =>
  Object.fromEntries(parseExtraVars(texts, noVault) as Map<string, Value>);

describe('-e', () => {
  const cases: [string, Record<string, unknown>][] = [
    ['a=1', { a: '1' }],
    ['a=1 b="x y" c=\'z\'', { a: '1', b: 'x y', c: 'z' }],
    ['a={{ x }} b=2', { a: '{{ x }}', b: '2' }],
    ['url=http://h/?q=1', { url: 'http://h/?q=1' }],
    ['flag=false', { flag: 'false' }],
    ['{"a": 1, "b": [true]}', { a: 1, b: [true] }],
    ['{a: 1}', { a: 1 }],
    ['a: 1', { a: 1 }],
    ['', {}],
  ];
  it.each(cases)('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it('keeps what an encrypted file gave apart as secret', () => {
    const folder = folderOf({ 'a.yml': '$ANSIBLE_VAULT;1.1;AES256\n00\n' });
    const vars = parseExtraVars([`@${folder}/a.yml`, 'b=2'], () => 'a: hush');
    expect([isSecretKey(vars, 'a'), isSecretKey(vars, 'b')]).toEqual([true, false]);
  });

  it('reads files, and later ones win', () => {
    const folder = folderOf({ 'a.yml': 'a: 1\nb: 2\n', 'b.json': '{"b": 3}' });
    expect(parse(`@${folder}/a.yml`, `@${folder}/b.json`, 'c=4')).toEqual({ a: 1, b: 3, c: '4' });
  });

  it('says which option gave a value', () => {
    const values = parseExtraVars(['a=1', 'b=2'], noVault);
    expect(positionOfKey(values, 'b')?.file).toBe('-e b=2');
  });

  const wrong: [string, RegExp][] = [
    ['novalue', /'novalue' is no assignment/],
    ['a=1 b', /'b' is no assignment/],
    ['a="x', /stays open/],
    ['[1, 2]', /cannot be read/],
    ['{"a": ', /-e|must end|Flow map/],
    ['@/nowhere.yml', /does not exist/],
  ];
  it.each(wrong)('%s is refused', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
