import { expect, test } from 'vitest';
import { DialDropped } from '../../src/connection/dial.ts';
import { type DialFailure, dialError, droppedError } from '../../src/connection/ssh-errors.ts';
import type { RolecallError } from '../../src/errors.ts';

const failure = (parts: Partial<DialFailure>): DialFailure => ({
  endpoint: 'root@h:22',
  error: new Error('?'),
  greeting: '',
  answered: true,
  handshaken: false,
  timeoutMs: 10_000,
  offered: 'offered: /key',
  ...parts,
});
const error = (message: string, parts: object = {}) => Object.assign(new Error(message), parts);

test.each<[string, Partial<DialFailure>, boolean]>([
  ['MaxStartups', { answered: false, greeting: 'Exceeded MaxStartups\r\n' }, false],
  ['a penalty', { answered: false, greeting: 'Not allowed at this time\r\n' }, true],
  ['a reset', { answered: false, error: error('read ECONNRESET', { code: 'ECONNRESET' }) }, false],
  ['a hang-up', { answered: false, error: error('No response from server') }, false],
])('%s is to be repeated', (_, parts, penalty) => {
  const result = dialError(failure(parts));
  expect(result).toBeInstanceOf(DialDropped);
  expect((result as DialDropped).penalty).toBe(penalty);
});

test.each<[Partial<DialFailure>, string, RegExp, RegExp]>([
  [
    {
      error: error('All configured authentication methods failed', {
        level: 'client-authentication',
      }),
    },
    'authentication-failed',
    /root@h:22 refused the login \(offered: \/key\)/,
    /^$/,
  ],
  [
    { error: error('Too many authentication failures') },
    'authentication-failed',
    /Too many/,
    /Identit/,
  ],
  [
    { handshaken: true, error: error('No response from server') },
    'authentication-failed',
    /hung up during the login/,
    /^$/,
  ],
  [
    { error: error('Handshake failed: no matching host key format', { level: 'handshake' }) },
    'unreachable',
    /no host key format in common/,
    /openssh/,
  ],
  [
    { answered: false, error: error('Timed out', { level: 'client-timeout' }) },
    'unreachable',
    /did not answer within 10 s/,
    /^$/,
  ],
  [
    { answered: false, error: error('connect ETIMEDOUT', { code: 'ETIMEDOUT' }) },
    'unreachable',
    /did not answer within 10 s/,
    /^$/,
  ],
  [
    { answered: false, error: error('x', { code: 'EHOSTUNREACH' }) },
    'unreachable',
    /no route to the host/,
    /^$/,
  ],
  [{ handshaken: true, error: error('Bad packet length') }, 'unreachable', /banner/, /openssh/],
  [{ error: error('something else') }, 'unreachable', /something else/, /^$/],
])('%j', (parts, code, says, hint) => {
  const result = dialError(failure(parts)) as RolecallError;
  expect(result.code).toBe(code);
  expect(result.message).toMatch(says);
  expect(result.problems[0]!.hint ?? '').toMatch(hint);
});

test('what stays dropped says why', () => {
  const busy = droppedError('h', new DialDropped('MaxStartups', false));
  const penalty = droppedError('h', new DialDropped('not allowed', true));
  expect(busy.problems[0]!.hint).toContain('overloaded');
  expect(penalty.problems[0]!.hint).toContain('wait');
});
