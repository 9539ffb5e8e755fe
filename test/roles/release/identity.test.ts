import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identify, publishedName } from '../../../roles/release/identity.ts';
import { codebaseUrl, type Delivery } from '../../../roles/release/release-tasks.ts';

const finder = { findFile: async (name: string) => name };
const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-identity-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('identity', () => {
  test('comes from the content', async () => {
    const artifact = join(folder, 'a.tar');
    writeFileSync(artifact, 'one');
    expect(await identify({ artifact }, finder)).toEqual({
      id: sumOf('one').slice(0, 12),
      sha256: sumOf('one'),
      file: { path: artifact, size: 3 },
    });
    writeFileSync(artifact, 'other');
    expect((await identify({ artifact }, finder)).sha256).toBe(sumOf('other'));
  });

  test('has a name of its own where one is given', async () => {
    const artifact = join(folder, 'b.tar');
    writeFileSync(artifact, 'one');
    expect((await identify({ artifact, id: '2026.11' }, finder)).id).toBe('2026.11');
  });

  test('is compared with what is declared', async () => {
    const artifact = join(folder, 'c.tar');
    writeFileSync(artifact, 'one');
    expect((await identify({ artifact, sha256: sumOf('one') }, finder)).problem).toBeUndefined();
    expect((await identify({ artifact, sha256: sumOf('two') }, finder)).problem).toBe(
      `${artifact} has the sha256 ${sumOf('one')} instead of ${sumOf('two')}: it is not the release that was asked for`,
    );
  });

  test('needs no file where hosts fetch it', async () => {
    const given = { artifact: '/nowhere.tar', sha256: sumOf('x'), url: 'http://depot/x' };
    expect(await identify(given, finder)).toEqual({
      id: sumOf('x').slice(0, 12),
      sha256: sumOf('x'),
    });
  });
});

test.each([
  ['small.tar.gz', undefined, 'small-aaaaaaaaaaaa.tar.gz'],
  ['/builds/today/x-1.2.tgz', undefined, 'small-aaaaaaaaaaaa.tgz'],
  ['x.tar.zst', '1.2', 'small-1.2.tar.zst'],
  ['archive', undefined, 'small-aaaaaaaaaaaa.tar'],
])('%s %s is published as %s', (artifact, id, name) => {
  expect(publishedName('small', { artifact, id }, 'a'.repeat(64))).toBe(name);
});

test.each([
  ['10.0.0.9', undefined, 'http://10.0.0.9:8080/small/small-v1.tar'],
  ['fd00::9', '/files', 'http://[fd00::9]:8080/files/small-v1.tar'],
  ['10.0.0.9', '', 'http://10.0.0.9:8080/small-v1.tar'],
])('the address on %s below %s', (address, path, url) => {
  const host = { name: 'depot', address, groups: [], variable: () => undefined };
  const delivery = {
    place: { application: 'small', shared: [], keep: 2 },
    release: { artifact: 'x.tar', id: 'v1', sha256: 'a'.repeat(64) },
    codebase: { from: 'central', host: 'depot', port: 8080, path },
    fleet: { hosts: [host] },
  } as unknown as Delivery;
  expect(codebaseUrl(delivery)).toBe(url);
});
