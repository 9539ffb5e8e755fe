import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { expandHostEntry } from '../../src/inventory/ranges.ts';

describe('host entries', () => {
  const cases: [string, string[], number | undefined][] = [
    ['web', ['web'], undefined],
    ['web:2222', ['web'], 2222],
    ['web[1:3]', ['web1', 'web2', 'web3'], undefined],
    ['web[01:03].example', ['web01.example', 'web02.example', 'web03.example'], undefined],
    ['web[:2]', ['web0', 'web1', 'web2'], undefined],
    ['web[1:10:4]', ['web1', 'web5', 'web9'], undefined],
    ['db-[a:c]:22', ['db-a', 'db-b', 'db-c'], 22],
    ['[y:B]', ['y', 'z', 'A', 'B'], undefined],
    ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb'], undefined],
    ['10.0.0.[1:2]', ['10.0.0.1', '10.0.0.2'], undefined],
    ['2001:db8::1', ['2001:db8::1'], undefined],
    ['[2001:db8::1]:22', ['2001:db8::1'], 22],
    ['[::1]', ['::1'], undefined],
    ['[1:5:2]', ['1', '3', '5'], undefined],
    ['[1:5:4]:22', ['1', '5'], 22],
  ];
  it.each(cases)('%s', (text, names, port) => {
    expect(expandHostEntry(text)).toEqual({ names, port });
  });

  const wrong: [string, RegExp][] = [
    ['web[3:1]', /ends before it begins/],
    ['web[c:a]', /ends before it begins/],
    ['web[1]', /is no range/],
    ['web[1:', /without a port/],
    ['web[1:3', /is no range/],
    ['web[1:x]', /is no range/],
    ['web[01:100]', /as many digits/],
    ['web[1:5:0]', /not a number above 0/],
    ['web[1:999999999]', /more than 100000 hosts/],
    ['w[1:999][1:999]', /more than 100000 hosts/],
    ['web:', /without a port/],
    ['web:99999', /does not exist/],
  ];
  it.each(wrong)('%s is refused', (text, message) => {
    expect(() => expandHostEntry(text)).toThrow(RolecallError);
    expect(() => expandHostEntry(text)).toThrow(message);
  });
});
