import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DialDropped, Dialer } from '../../src/connection/dial.ts';

const never = new AbortController().signal;

test('bounds dials in all and for each address', async () => {
  const dialer = new Dialer({ total: 5, perAddress: 2 });
  const running = new Map<string, number>();
  let [most, mostAll] = [0, 0];
  const dial = (address: string) => async () => {
    running.set(address, (running.get(address) ?? 0) + 1);
    most = Math.max(most, running.get(address)!);
    mostAll = Math.max(
      mostAll,
      [...running.values()].reduce((a, b) => a + b),
    );
    await sleep(5);
    running.set(address, running.get(address)! - 1);
    return address;
  };
  const addresses = Array.from({ length: 40 }, (_, index) => `host${index % 4}`);
  const done = await Promise.all(addresses.map((name) => dialer.dial(name, never, dial(name))));
  expect(done).toEqual(addresses);
  expect([most, mostAll]).toEqual([2, 5]);
});

test('repeats what was dropped, up to its limit', async () => {
  const dialer = new Dialer({ attempts: 3, firstDelayMs: 1 });
  let tries = 0;
  const once = async () => {
    tries += 1;
    if (tries < 3) throw new DialDropped('busy', false);
    return 'in';
  };
  expect(await dialer.dial('h', never, once)).toBe('in');
  tries = -10;
  await expect(dialer.dial('h', never, once)).rejects.toThrow('busy');
  expect(tries).toBe(-7);
});

test('does not repeat other failures, and makes room after them', async () => {
  const dialer = new Dialer({ perAddress: 1 });
  let tries = 0;
  const fail = async () => {
    tries += 1;
    throw new Error('refused');
  };
  await Promise.allSettled([dialer.dial('h', never, fail), dialer.dial('h', never, fail)]);
  expect(tries).toBe(2);
  expect(await dialer.dial('h', never, async () => 'in')).toBe('in');
});

test('a penalty holds back everybody who dials the address', async () => {
  const dialer = new Dialer({ penaltyMs: 300, perAddress: 1 });
  const order: string[] = [];
  const penalised = async () => {
    order.push('first');
    if (order.length === 1) throw new DialDropped('penalty', true);
  };
  const other = async () => {
    order.push('elsewhere');
  };
  const second = async () => {
    order.push('second');
  };
  const start = performance.now();
  await Promise.all([
    dialer.dial('h', never, penalised),
    dialer
      .dial('h', never, second)
      .then(() => expect(performance.now() - start).toBeGreaterThan(290)),
    sleep(50).then(() => dialer.dial('other', never, other)),
  ]);
  expect(order.slice(0, 2)).toEqual(['first', 'elsewhere']);
});

test('an abort ends the wait', async () => {
  const dialer = new Dialer({ perAddress: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = dialer.dial('h', never, () => promise);
  const abort = new AbortController();
  const second = dialer.dial('h', abort.signal, async () => {});
  abort.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  resolve();
  await first;
});
