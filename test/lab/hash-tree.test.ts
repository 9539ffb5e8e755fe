import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareTrees, hashTree } from '../../src/lab/hash-tree.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolecall-tree-'));
  for (const path of ['etc', 'var/log', 'run']) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'etc/motd'), 'hello\n');
  symlinkSync('motd', join(root, 'etc/issue'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function changed(work: () => void): Promise<string[]> {
  const before = await hashTree(root);
  work();
  return compareTrees(before, await hashTree(root)).map((line) => line.split(':')[0]!);
}

describe('the hash of a tree', () => {
  test.each<[string, (at: string) => void, string[]]>([
    ['nothing', () => {}, []],
    ['the same content again', (at) => writeFileSync(`${at}/etc/motd`, 'hello\n'), []],
    [
      'content of equal length',
      (at) => writeFileSync(`${at}/etc/motd`, 'hallo\n'),
      ['~ /etc/motd'],
    ],
    ['a mode', (at) => chmodSync(`${at}/etc/motd`, 0o600), ['~ /etc/motd']],
    ['a name with a newline', (at) => writeFileSync(`${at}/etc/a\nb`, ''), ['+ /etc/a\nb']],
    ['a removal', (at) => rmSync(`${at}/etc/issue`), ['- /etc/issue']],
    ['a directory', (at) => mkdirSync(`${at}/etc/x y`), ['+ /etc/x y']],
    ['a log', (at) => writeFileSync(`${at}/var/log/syslog`, 'x'), []],
    ['a runtime file', (at) => writeFileSync(`${at}/run/pid`, 'x'), []],
  ])('shows %s', async (_, work, expected) => {
    expect(await changed(() => work(root))).toEqual(expected);
  });
  test('shows where a link goes', async () => {
    const work = (): void => {
      rmSync(`${root}/etc/issue`);
      symlinkSync('other', `${root}/etc/issue`);
    };
    expect(await changed(work)).toEqual(['~ /etc/issue']);
  });
  test('of what cannot be read is an error, not an empty tree', async () => {
    await expect(hashTree(join(root, 'missing'))).rejects.toThrow('could not read the tree');
  });
});
