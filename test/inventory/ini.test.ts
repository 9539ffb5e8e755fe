import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { readIni } from '../../src/inventory/ini.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { positionOfKey, positionOfValue } from '../../src/yaml/positions.ts';

function read(text: string): Inventory {
  const inventory = new Inventory();
  readIni(text, 'hosts', inventory, new Map());
  inventory.reconcile();
  return inventory;
}

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    return error.problems.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`);
  }
  return [];
}

describe('host lines', () => {
  const cases: [string, Record<string, unknown>][] = [
    ['h a=1 b=x', { a: 1, b: 'x' }],
    ['h a="x y" # note', { a: 'x y' }],
    ["h a='x y'z", { a: 'x yz' }],
    ['h a="\'quoted\'"', { a: 'quoted' }],
    ['h a="[1, 2]"', { a: [1, 2] }],
    ['h a=b=c', { a: 'b=c' }],
    ['h a=', { a: '' }],
    ['h:22 a=x\\ y', { ansible_port: 22, a: 'x y' }],
    ['h a="say \\"hi\\""', { a: 'say "hi"' }],
    ["h a='{{ x }} y'", { a: '{{ x }} y' }],
    [
      'h ansible_ssh_common_args="-o ProxyJump=j -o A=b"',
      { ansible_ssh_common_args: '-o ProxyJump=j -o A=b' },
    ],
  ];
  it.each(cases)('%s', (line, vars) => {
    expect(Object.fromEntries(read(line).hosts.get('h')!.vars)).toEqual(vars);
  });

  it('warns where a # cuts a value', () => {
    const { warnings } = read('h password=a#b');
    expect(warnings).toMatchObject([{ at: { line: 1, column: 13 } }]);
  });

  it('lets later lines add to a host and win', () => {
    const inventory = read('h a=1 b=1\n[g]\nh b=2\n');
    expect(Object.fromEntries(inventory.hosts.get('h')!.vars)).toEqual({ a: 1, b: 2 });
    expect(inventory.groupNamesOf('h')).toEqual(['g']);
  });
});

describe('places', () => {
  it('are known for each variable', () => {
    const inventory = read('h a=1  b="x y"\n[g]\nh c=1\n[g:vars]\n  k =  v\n');
    const { vars } = inventory.hosts.get('h')!;
    const place = (key: string) => positionOfValue(vars, key);
    expect(place('a')).toEqual({ file: 'hosts', line: 1, column: 5 });
    expect(place('b')).toEqual({ file: 'hosts', line: 1, column: 10 });
    expect(place('c')).toEqual({ file: 'hosts', line: 3, column: 5 });
    expect(positionOfKey(vars, 'b')).toEqual({ file: 'hosts', line: 1, column: 8 });
    expect(positionOfValue(inventory.groups.get('g')!.vars, 'k')).toEqual({
      file: 'hosts',
      line: 5,
      column: 8,
    });
  });
});

describe('groups', () => {
  it('nests them, declared before or after they are named', () => {
    const inventory = read(
      '[top:children]\nmid\n[mid:children]\nlow\n[low]\nh\n[low:vars]\nx = 1\n',
    );
    expect(inventory.groupsOf('h').map((group) => group.name)).toEqual([
      'all',
      'top',
      'mid',
      'low',
    ]);
    expect(inventory.hostsIn('top')).toEqual(['h']);
    expect(inventory.groups.get('low')!.vars.get('x')).toBe(1);
  });

  it('orders groups of a host by depth, then priority, then name', () => {
    const inventory = read(
      '[b]\nh\n[a]\nh\n[c]\nh\n[a:vars]\nansible_group_priority=10\n[deep:children]\nd\n[d]\nh\n',
    );
    const names = inventory.groupsOf('h').map((group) => group.name);
    expect(names).toEqual(['all', 'b', 'c', 'deep', 'a', 'd']);
  });
});

describe('what is refused', () => {
  const cases: [string, string, string[]][] = [
    ['an open quote', 'h a="x', ['1:1 a quote on this line is not closed']],
    ['no assignment', 'h a=1 bcd', ["1:7 'bcd' is no variable"]],
    [
      'an unknown section',
      '[web:childern]\n',
      ["1:1 section [web:childern] has an unknown kind 'childern'"],
    ],
    ['spaces in a section', '[my web]\n', ['1:1 section [my web] is not valid']],
    [
      'vars of nothing',
      '[wbe:vars]\na=1\n',
      ["1:1 [wbe:vars] belongs to no group: 'wbe' is not declared"],
    ],
    [
      'children of nothing',
      '[a:children]\n\n  bb\n',
      ["3:3 [a:children] names group 'bb', which is not declared"],
    ],
    ['no key', '[a]\n[a:vars]\nnonsense\n', ["3:1 'nonsense' is no variable"]],
    [
      'a cycle',
      '[a:children]\nb\n[b:children]\nc\n[c:children]\na\n',
      ["6:1 group 'a' cannot be below 'c': c → a → b → c is a cycle"],
    ],
    [
      'a group in itself',
      '[a:children]\na\n',
      ["2:1 group 'a' cannot be below 'a': a → a is a cycle"],
    ],
    [
      'a wrong priority',
      '[a]\nh\n[a:vars]\nansible_group_priority=high\n',
      ["4:1 ansible_group_priority of group 'a' is not a whole number"],
    ],
    ['YAML', '---\n', ["1:1 '---' is no host; this file looks like YAML"]],
  ];
  it.each(cases)('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('all at once, with the nearest name', () => {
    expect(problemsOf('h a="\n[x:wars]\n')).toHaveLength(2);
    expect(() => read('[web]\nh\n[wbe:vars]\na=1\n')).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ nearest: 'web' })] }),
    );
  });
});

describe('properties', () => {
  it('fails in no other way than RolecallError', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      ':',
      'a',
      'b1',
      '=',
      ' ',
      '\n',
      '"',
      "'",
      '#',
      'vars',
      'children',
      '[a:b]',
      '\\',
      '1',
      '{',
      ';',
      '\u2028',
      '[a]',
      '\na\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        problemsOf(parts.join(''));
      }),
      { numRuns: 400 },
    );
  });

  it('keeps any quoted text', () => {
    const texts = fc.string().filter((text) => !/[\r\n]/.test(text) && text !== '');
    fc.assert(
      fc.property(texts, (text) => {
        const python = `'${text.replace(/[\\']/g, '\\$&')}'`;
        const shell = `"${python.replace(/[\\"]/g, '\\$&')}"`;
        expect(read(`h a=${shell}`).hosts.get('h')!.vars.get('a')).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});
