import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { microseconds, unifiedPath } from './cpu.ts';
import { loginOnly, shellOnAll } from './floor.ts';
import { inventoryText } from './inventory.ts';
import { measure, readUsage } from './measure.ts';
import { playsOf } from './stand-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-measure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const access = { user: 'root', keyFile: '/k', knownHosts: '/known' };

test('what bash and GNU time say becomes seconds and bytes', () => {
  expect(readUsage('1.250 0.500 0.250\n', '2048\n')).toEqual({
    wall: 1.25,
    cpu: 0.75,
    memory: 2 * 1024 * 1024,
  });
});

test.each([
  [
    'a program that fails',
    ['sh', '-c', 'echo no luck >&2; exit 3'],
    undefined,
    /exit 3\n\s*no luck/,
  ],
  [
    'one that says something else',
    ['echo', 'one change'],
    /nothing changed/,
    /expected.*\n.*one change/,
  ],
])('%s is no measurement', async (_, argv, expected, message) => {
  const measured = measure({ argv }, folder, new AbortController().signal, expected);
  await expect(measured).rejects.toThrow(message);
});

test('after an interruption nothing is started', async () => {
  const measured = measure({ argv: ['true'] }, folder, AbortSignal.abort());
  await expect(measured).rejects.toThrow('aborted');
});

test.each([
  [
    'divided by nspawn',
    '12:cpu:/x\n0::/rolecall-lab-b1-host1/supervisor\n',
    '/rolecall-lab-b1-host1',
  ],
  ['not divided', '0::/rolecall-lab-b1-host1\n', '/rolecall-lab-b1-host1'],
  ['the root', '0::/\n', '/'],
])('the cgroup of a host, %s', (_, text, expected) => {
  expect(unifiedPath(text)).toBe(expected);
});

test('cpu.stat in microseconds', () => {
  expect(microseconds('usage_usec 1234\nuser_usec 1000\nsystem_usec 234\n')).toBe(1234);
});

test('the floor names all hosts, the port and curve25519', () => {
  const { argv } = loginOnly(access, [
    { address: '10.0.0.1', port: 2201 },
    { address: '10.0.0.2', port: 2201 },
  ]);
  expect(argv).toContain('10.0.0.1\n10.0.0.2\n');
  expect(argv).toContain('KexAlgorithms=curve25519-sha256');
  expect(argv.slice(-4)).toEqual(['-p', '2201', '{}', 'true']);
});

test('a line for all hosts gets each address and the options', async () => {
  const targets = [{ address: 'b' }, { address: 'a' }];
  const line = `echo "$h $*" >>${join(folder, 'said')}`;
  const said = shellOnAll(access, targets, line, ['-x', 'y z']);
  const check = { argv: ['sh', '-c', '"$@"; sort "$0"', join(folder, 'said'), ...said.argv] };
  await measure(check, folder, new AbortController().signal, /^a -x y z\nb -x y z\n$/);
});

test('an inventory has a port only where one is given', () => {
  const text = inventoryText(access, [
    { name: 'near', address: '10.0.0.1' },
    { name: 'far', address: '127.0.0.1', port: 2201 },
  ]);
  expect(text.split('\n').slice(1, 3)).toEqual([
    'near ansible_host=10.0.0.1',
    'far ansible_host=127.0.0.1 ansible_port=2201',
  ]);
});

test('plays last until the next one begins, the last one until the end', () => {
  const line = (event: string, second: number, more = {}) =>
    `${JSON.stringify({ event, time: `2026-01-02T03:04:0${second}.500Z`, ...more })}\n`;
  const record = [
    line('run-started', 0),
    line('play-started', 1, { name: 'Databases', hosts: ['db1'] }),
    line('host-task-finished', 2),
    line('play-started', 4, { name: 'Web', hosts: ['web1', 'web2'] }),
    line('run-finished', 9),
  ];
  expect(playsOf(record.join(''))).toEqual([
    { name: 'Databases', hosts: ['db1'], wall: 3 },
    { name: 'Web', hosts: ['web1', 'web2'], wall: 5 },
  ]);
});
