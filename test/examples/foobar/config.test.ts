import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig, readPrimaryConfig } from '../../../examples/foobar/src/config.ts';
import { ConfigError } from '../../../examples/foobar/src/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'foobar-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const passwordFile = join(folder, 'password');
const emptyFile = join(folder, 'empty');
writeFileSync(passwordFile, 'from a file \n');
writeFileSync(emptyFile, '\n');

const complete = {
  PORT: '8080',
  APP_SERVER: 'app1',
  DB_WRITE_HOST: 'db1',
  DB_READ_HOSTS: 'db2',
  DB_USER: 'app',
  DB_PASSWORD: 'secret',
  DB_NAME: 'foobar',
};

test('defaults', () => {
  expect(readConfig(complete)).toEqual({
    host: '0.0.0.0',
    port: 8080,
    appServer: 'app1',
    primary: { host: 'db1', port: 3306 },
    replicas: [{ host: 'db2', port: 3306 }],
    user: 'app',
    password: 'secret',
    database: 'foobar',
    tls: undefined,
    healthReads: 'replica',
    shutdownGrace: 20,
    shutdownDelay: 0,
  });
});

test.each([
  ['HOST', '10.0.0.1', { host: '10.0.0.1' }],
  ['DB_WRITE_PORT', '3307', { primary: { host: 'db1', port: 3307 } }],
  [
    'DB_READ_HOSTS',
    'db2, db3:3307,[fd00::4]:3308,[fd00::5]',
    {
      replicas: [
        { host: 'db2', port: 3306 },
        { host: 'db3', port: 3307 },
        { host: 'fd00::4', port: 3308 },
        { host: 'fd00::5', port: 3306 },
      ],
    },
  ],
  ['DB_TLS', 'on', { tls: { ca: undefined } }],
  ['HEALTH_READS', 'any', { healthReads: 'any' }],
  ['SHUTDOWN_GRACE', '2.5', { shutdownGrace: 2.5 }],
  ['SHUTDOWN_DELAY', '3', { shutdownDelay: 3 }],
])('%s=%s', (name, value, expected) => {
  expect(readConfig({ ...complete, [name]: value })).toMatchObject(expected);
});

test('the password may be the first line of a file', () => {
  const env = { ...complete, DB_PASSWORD: undefined, DB_PASSWORD_FILE: passwordFile };
  expect(readConfig(env).password).toBe('from a file ');
});

test('the CA is read from its file', () => {
  expect(readConfig({ ...complete, DB_TLS: 'on', DB_CA: passwordFile }).tls).toEqual({
    ca: 'from a file \n',
  });
});

describe('refused', () => {
  test.each(Object.keys(complete))('without %s', (name) => {
    expect(problemsOf({ ...complete, [name]: undefined })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is missing`)),
    ]);
    expect(problemsOf({ ...complete, [name]: '' })).toHaveLength(1);
  });

  test.each([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['DB_WRITE_PORT', '-1'],
    ['APP_SERVER', 'app 1'],
    ['APP_SERVER', 'app1\r\nX-Other: 1'],
    ['DB_READ_HOSTS', 'db2,,db3'],
    ['DB_READ_HOSTS', 'db2:0'],
    ['DB_READ_HOSTS', 'fd00::4'],
    ['DB_TLS', 'yes'],
    ['HEALTH_READS', 'none'],
    ['SHUTDOWN_GRACE', 'soon'],
    ['SHUTDOWN_GRACE', '-1'],
    ['SHUTDOWN_GRACE', '3601'],
    ['SHUTDOWN_DELAY', '21'],
    ['DB_CA', '/none/such'],
  ])('%s=%j', (name, value) => {
    const tls = name === 'DB_CA' ? { DB_TLS: 'on' } : {};
    expect(problemsOf({ ...complete, ...tls, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} `)),
    ]);
  });

  test.each([
    ['a password twice', { DB_PASSWORD_FILE: passwordFile }, /^DB_PASSWORD is set, and so is/],
    ['an empty file', { DB_PASSWORD: '', DB_PASSWORD_FILE: emptyFile }, /^DB_PASSWORD_FILE /],
    [
      'a missing file',
      { DB_PASSWORD: '', DB_PASSWORD_FILE: '/none' },
      /^DB_PASSWORD_FILE .*\/none/,
    ],
    ['a CA without TLS', { DB_CA: passwordFile }, /^DB_CA /],
  ])('%s', (_, change, expected) => {
    expect(problemsOf({ ...complete, ...change })).toEqual([expect.stringMatching(expected)]);
  });

  test('all that is wrong at once, and never with the password in it', () => {
    const problems = problemsOf({ DB_PASSWORD: 'secret', PORT: 'x' });
    expect(problems).toHaveLength(6);
    expect(problems.join()).not.toContain('secret');
  });
});

test('migrate needs the primary only', () => {
  const { PORT, APP_SERVER, DB_READ_HOSTS, ...primary } = complete;
  expect(readPrimaryConfig(primary)).toMatchObject({ user: 'app', database: 'foobar' });
  expect(() => readPrimaryConfig({ ...primary, DB_USER: '' })).toThrow(/^DB_USER is missing$/);
});

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
