import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { readIni } from '../../src/inventory/ini.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { matchHosts, splitPattern } from '../../src/inventory/patterns.ts';

const inventory = new Inventory();
readIni(
  '[web]\nweb[1:3]\n[db]\ndb1\nweb3\n[all_of:children]\nweb\ndb\n[odd]\n2001:db8::1\n',
  'hosts',
  inventory,
  new Map(),
);
inventory.reconcile();
const everyone = inventory.hostsIn('all');
const match = (pattern: string) => matchHosts(inventory, pattern).hosts;

describe('splitting', () => {
  const cases: [string, string[]][] = [
    ['a,b[1], c[2:3] , d', ['a', 'b[1]', 'c[2:3]', 'd']],
    ['a:b:&c:!d', ['a', 'b', '&c', '!d']],
    ['web[0:2]:db', ['web[0:2]', 'db']],
    ['2001:db8::1', ['2001:db8::1']],
    [' a ', ['a']],
    ['', []],
  ];
  it.each(cases)('%s', (text, parts) => {
    expect(splitPattern(text)).toEqual(parts);
  });
});

describe('properties', () => {
  const name = fc.constantFrom(
    'web',
    'db',
    'web1',
    'web*',
    'all',
    '*',
    '~^w',
    'all_of',
    'web[0]',
    'web[1:2]',
    'db1',
  );

  it('set operations hold', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const [inA, inB] = [match(a), match(b)];
        expect(new Set(match(`${a},${b}`))).toEqual(new Set([...inA, ...inB]));
        expect(match(`${a},&${b}`)).toEqual(inA.filter((host) => inB.includes(host)));
        expect(match(`${a},!${b}`)).toEqual(inA.filter((host) => !inB.includes(host)));
        expect(match(`!${b},${a}`)).toEqual(match(`${a},!${b}`));
        expect(matchHosts(inventory, a, { limit: b }).hosts).toEqual(match(`${a},&${b}`));
      }),
      { numRuns: 200 },
    );
  });

  it('any text gives known hosts once each, warnings or a RolecallError', () => {
    const pieces = fc.constantFrom(
      'web',
      'db',
      '1',
      '*',
      '?',
      '[',
      ']',
      ':',
      ',',
      '!',
      '&',
      '~',
      '(',
      '0',
      '-',
      '@',
      '.',
      '\\',
      '^',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')),
        (pattern) => {
          try {
            const hosts = match(pattern);
            expect(new Set(hosts).size).toBe(hosts.length);
            expect(hosts.every((host) => everyone.includes(host))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(RolecallError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
