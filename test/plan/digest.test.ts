import { expect, test } from 'vitest';
import { Digests } from '../../src/plan/digest.ts';

const one = new Digests(Buffer.from('the first key of all'));
const other = new Digests(Buffer.from('another key of this size'));

test('the same value has the same digest under one key, another one under another', () => {
  expect(one.of({ a: 1 })).toBe(one.of(new Map([['a', 1]])));
  expect(one.of({ a: 1 })).not.toBe(one.of({ a: 2 }));
  expect(one.of({ a: 1 })).not.toBe(other.of({ a: 1 }));
  expect(one.keyId).not.toBe(other.keyId);
});

test('what is sealed, digested as a value and as bytes are three things', () => {
  const made = [one.seal('x').slice(0, 32), one.of('x'), one.bytes(Buffer.from('x'))];
  expect(new Set(made).size).toBe(3);
});

test('paths count relative to where it runs', () => {
  const key = Buffer.from('the first key of all');
  const here = new Digests(key, '/srv/one/site');
  const there = new Digests(key, '/home/me/site');
  expect(here.of({ src: '/srv/one/site/files/a' })).toBe(
    there.of({ src: '/home/me/site/files/a' }),
  );
  expect(here.of({ src: '/srv/one/site2/a' })).not.toBe(there.of({ src: '/home/me/site2/a' }));
});
