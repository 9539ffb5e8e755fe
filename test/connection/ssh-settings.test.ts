import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../src/connection/connection.ts';
import { type Person, parseJump, sshSettings } from '../../src/connection/ssh-settings.ts';

let home: string;
let person: Person;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rolecall-home-'));
  await mkdir(join(home, '.ssh/conf.d'), { recursive: true });
  person = { home, name: 'me', agent: '/agent', configFiles: [join(home, '.ssh/config')] };
  await writeFile(
    join(home, '.ssh/config'),
    `Include conf.d/*
Host web
  HostName 10.0.0.1
  user deploy
  Port 2200
  IdentityFile ~/.ssh/web
  IdentityFile %d/%r-%h
  UserKnownHostsFile ~/.ssh/web_hosts /tmp/more
  StrictHostKeyChecking accept-new
Host behind
  ProxyJump a@one:2201,two
Host command
  ProxyCommand nc %h %p
Match host matched
  Port 2300
Match exec "touch ${'$'}{HOME}/executed"
  Port 2400
Host *
  IdentitiesOnly yes
  IdentityAgent none
  ServerAliveInterval 5
`,
  );
  await writeFile(join(home, '.ssh/conf.d/one'), 'Host included\n  Port 2100\n');
});
afterAll(() => rm(home, { recursive: true }));

const target = (parts: Partial<Target>): Target => ({
  host: 'h',
  driver: 'ssh',
  address: 'h',
  sshArgs: [],
  hostKeyChecking: 'strict',
  connectTimeoutMs: 10_000,
  ...parts,
});
const settings = (parts: Partial<Target>) => sshSettings(target(parts), person);

describe('merges', () => {
  test('nothing but defaults', async () => {
    const plain = await sshSettings(target({}), { ...person, configFiles: [] });
    expect(plain).toMatchObject({
      address: 'h',
      port: 22,
      user: 'me',
      identityFiles: [],
      agent: '/agent',
      hostKeyName: 'h',
      hostKeyChecking: 'strict',
      jumps: [],
      connectTimeoutMs: 10_000,
    });
    expect(plain.knownHostsFiles[0]).toBe(join(home, '.ssh/known_hosts'));
    expect(plain.defaultIdentities[0]).toBe(join(home, '.ssh/id_ed25519'));
  });
  test('a Host section and what it names', async () => {
    expect(await settings({ address: 'web' })).toMatchObject({
      address: '10.0.0.1',
      port: 2200,
      user: 'deploy',
      identityFiles: [join(home, '.ssh/web'), join(home, 'deploy-10.0.0.1')],
      identitiesOnly: true,
      agent: undefined,
      hostKeyName: '10.0.0.1',
      hostKeyChecking: 'accept-new',
      knownHostsFiles: [join(home, '.ssh/web_hosts'), '/tmp/more', '/etc/ssh/ssh_known_hosts'],
    });
  });
  test.each<[string, Partial<Target>, object]>([
    ['variables before the file', { address: 'web', port: 1, user: 'u' }, { port: 1, user: 'u' }],
    [
      'arguments before variables',
      { address: 'web', port: 1, user: 'u', sshArgs: ['-p', '2', '-l', 'x'] },
      { port: 2, user: 'x' },
    ],
    ['included files', { address: 'included' }, { port: 2100 }],
    ['Match host', { address: 'matched' }, { port: 2300 }],
    ['jumps', { address: 'behind' }, { jumps: ['a@one:2201', 'two'] }],
    ['no jump where told so', { address: 'behind', sshArgs: ['-J', 'none'] }, { jumps: [] }],
    [
      'checking from arguments',
      { hostKeyChecking: 'accept-new', sshArgs: ['-o', 'StrictHostKeyChecking=yes'] },
      { hostKeyChecking: 'strict' },
    ],
    [
      'a port as text in the arguments',
      { sshArgs: ['-o', 'ConnectTimeout=3'] },
      { connectTimeoutMs: 3000 },
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await settings(parts)).toMatchObject(expected);
  });
  test('Match exec is not executed', async () => {
    expect((await settings({ address: 'x' })).port).not.toBe(2400);
  });
});

test.each<[Partial<Target>, string]>([
  [{ address: 'command' }, 'ProxyCommand'],
  [{ sshArgs: ['-p', '99999'] }, "'99999' is not a port"],
])('%j is refused', async (parts, says) => {
  await expect(settings(parts)).rejects.toThrow(says);
});

test.each([
  ['host', { host: 'host' }],
  ['me@host:22', { host: 'host', user: 'me', port: 22 }],
  ['ssh://me@host:22/', { host: 'host', user: 'me', port: 22 }],
  ['[::1]:22', { host: '::1', port: 22 }],
])('a jump %s', (text, jump) => {
  expect(parseJump(text)).toMatchObject(jump);
});
test('a jump that is none', () => {
  expect(() => parseJump('a:b:c')).toThrow('not a host');
});
