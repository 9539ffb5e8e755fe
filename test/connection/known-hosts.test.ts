import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostKeyCheck } from '../../src/connection/host-key.ts';
import {
  addKnownHost,
  entriesFor,
  fingerprint,
  judgeKey,
  keyType,
  knownHostsFor,
  parseKnownHosts,
} from '../../src/connection/known-hosts.ts';

function ed25519(): Buffer {
  const { publicKey } = generateKeyPairSync('ed25519');
  return blob('ssh-ed25519', publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
}

function blob(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(bytes.length);
      return [size, bytes];
    }),
  );
}

function hash(name: string): string {
  const salt = Buffer.from('0123456789abcdef0123');
  const hmac = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hmac}`;
}

const [mine, other] = [ed25519(), ed25519()];
const rsa = blob('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(257, 7));
const line = (patterns: string, key = mine, marker = '') =>
  `${marker}${patterns} ${keyType(key)} ${key.toString('base64')} comment\n`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-hosts-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('which lines are for a host', () => {
  test.each([
    ['web1', 'web1', 22, true],
    ['WEB1', 'web1', 22, true],
    ['web1', 'WEB1', 22, true],
    ['web1', 'web1', 2222, false],
    ['[web1]:2222', 'web1', 2222, true],
    ['[web1]:22', 'web1', 22, false],
    ['a,web1,b', 'web1', 22, true],
    ['web?', 'web1', 22, true],
    ['*.example.com', 'a.example.com', 22, true],
    ['*.example.com', 'example.com', 22, false],
    ['*,!web1', 'web1', 22, false],
    ['*,!web2', 'web1', 22, true],
    ['!web2', 'web1', 22, false],
    ['w.b1', 'web1', 22, false],
    [hash('web1'), 'web1', 22, true],
    [hash('web2'), 'web1', 22, false],
    [hash('[web1]:2222'), 'web1', 2222, true],
    ['|1|broken', 'web1', 22, false],
    ['::1', '::1', 22, true],
    ['[::1]:2222', '::1', 2222, true],
  ])('%s for %s:%d: %s', async (patterns, host, port, found) => {
    const entries = parseKnownHosts(line(patterns), 'known_hosts');
    expect(entries).toHaveLength(1);
    expect(entriesFor(entries, host, port)).toHaveLength(found ? 1 : 0);
    const file = join(folder, Buffer.from(`${patterns} ${host} ${port}`).toString('hex'));
    await writeFile(file, line(patterns));
    expect(await knownHostsFor([file], host, port)).toHaveLength(found ? 1 : 0);
  });
});

test.each([
  '',
  '# comment',
  'web1',
  'web1 ssh-ed25519',
  'web1 ssh-ed25519 !!!!',
  `web1 ssh-rsa ${mine.toString('base64')}`,
  `@unknown web1 ssh-ed25519 ${mine.toString('base64')}`,
])('%j is no entry', (text) => {
  expect(parseKnownHosts(text, 'f')).toEqual([]);
});

test('CRLF, tabs and line numbers', () => {
  const text = `# first\r\n\r\n\tweb1\tssh-ed25519\t${mine.toString('base64')}\r\n`;
  expect(parseKnownHosts(text, 'f')).toMatchObject([{ line: 3, patterns: ['web1'] }]);
});

test.each([
  ['known', line('h'), mine],
  ['known', line('h', other) + line('h'), mine],
  ['unknown', '', mine],
  ['changed', line('h', other), mine],
  ['changed', line('h', rsa), mine],
  ['revoked', line('h') + line('*', mine, '@revoked '), mine],
  ['unknown', line('*', other, '@revoked '), mine],
  ['authority-only', line('h', other, '@cert-authority '), mine],
  ['known', line('h') + line('h', other, '@cert-authority '), mine],
  // A key that is an authority's is not the host's.
  ['authority-only', line('h', mine, '@cert-authority '), mine],
])('%s', (kind, text, key) => {
  expect(judgeKey(entriesFor(parseKnownHosts(text, 'f'), 'h', 22), key).kind).toBe(kind);
});

test('any bytes as a file or as a key do no harm', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 80 }), (text, bytes) => {
      const entries = entriesFor(parseKnownHosts(text, 'f'), 'h', 22);
      expect(judgeKey(entries, Buffer.from(bytes)).kind).not.toBe('known');
    }),
  );
});

describe('a session', () => {
  const policy = (checking: 'strict' | 'accept-new' | 'off', files: string[] = []) => ({
    host: 'h',
    port: 2222,
    checking,
    files,
  });
  const check = (checking: 'strict' | 'accept-new' | 'off', text: string) =>
    new HostKeyCheck(policy(checking), parseKnownHosts(text, 'known'));

  test.each([
    ['strict', '', 'host-key-unknown', 'in no known_hosts file'],
    ['strict', line('[h]:2222', other), 'host-key-changed', fingerprint(other)],
    ['accept-new', line('[h]:2222', other), 'host-key-changed', 'known:1'],
    ['accept-new', line('[h]:2222', rsa), 'host-key-changed', fingerprint(mine)],
    ['off', line('*', mine, '@revoked '), 'host-key-changed', 'revokes'],
    ['accept-new', line('*', other, '@cert-authority '), 'host-key-unknown', 'certificate'],
  ] as const)('%s refuses with a reason', (checking, text, code, says) => {
    const made = check(checking, text);
    expect(made.accepts(mine)).toBe(false);
    expect(made.problem?.code).toBe(code);
    expect(made.problem?.message).toContain(says);
  });

  test.each([
    ['strict', line('[h]:2222')],
    ['accept-new', ''],
    ['off', ''],
    ['off', line('[h]:2222', other)],
  ] as const)('%s accepts, and from then on only the same key', (checking, text) => {
    const made = check(checking, text);
    expect(made.accepts(mine)).toBe(true);
    expect(made.accepts(Buffer.from(mine))).toBe(true);
    expect(made.accepts(other)).toBe(false);
    expect(made.problem?.message).toContain('during the session');
  });

  test('prefers algorithms of known keys, all without SHA-1', () => {
    expect(check('strict', line('[h]:2222', rsa)).algorithms.slice(0, 2)).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
    expect(check('strict', '').algorithms).not.toContain('ssh-rsa');
    expect(check('strict', '').algorithms[0]).toBe('ssh-ed25519');
  });

  test('a new key is stored once, and only when told so', async () => {
    const file = join(folder, 'new', 'known_hosts');
    const made = await HostKeyCheck.load(policy('accept-new', [file]));
    made.accepts(mine);
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await made.store();
    await made.store();
    const again = await HostKeyCheck.load(policy('accept-new', [file]));
    again.accepts(mine);
    await again.store();
    expect(await readFile(file, 'utf8')).toBe(`[h]:2222 ssh-ed25519 ${mine.toString('base64')}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('a refused key is not stored', async () => {
    const file = join(folder, 'refused');
    const made = await HostKeyCheck.load(policy('strict', [file]));
    made.accepts(mine);
    await made.store();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test('entries of a file are found in its order, of all files, and as the file is now', async () => {
    const [file, second] = [join(folder, 'ordered'), join(folder, 'second')];
    await writeFile(file, line('h*', other) + line('other') + line('h,H') + line('h', rsa));
    await writeFile(second, line('h'));
    const lines = async () =>
      (await knownHostsFor([file, join(folder, 'none'), second], 'h', 22)).map(({ line }) => line);
    expect(await lines()).toEqual([1, 3, 4, 1]);
    await addKnownHost(file, 'h', 22, other);
    expect(await lines()).toEqual([1, 3, 4, 5, 1]);
  });

  test('a file without a last newline keeps its last line; many writers mix nothing', async () => {
    const file = join(folder, 'cut');
    await writeFile(file, line('old').trimEnd());
    await addKnownHost(file, 'first', 22, mine);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => addKnownHost(file, `h${index}`, 22, mine)),
    );
    expect(parseKnownHosts(await readFile(file, 'utf8'), file)).toHaveLength(52);
  });
});
