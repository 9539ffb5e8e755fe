import { expect, test } from 'vitest';
import type {
  Become,
  Command,
  CommandResult,
  Connection,
} from '../../src/connection/connection.ts';
import { HostLock } from '../../src/engine/host-lock.ts';
import { RolecallError } from '../../src/errors.ts';

const root: Become = { method: 'sudo', user: 'root' };
const shop: Become = { method: 'sudo', user: 'shop' };
const problem = (code: 'become-failed') => new RolecallError({ code, message: code });

/** Answers each script with the next of these, and notes who was asked. */
function lockWith(answers: readonly (string | Error)[]) {
  const asked: string[] = [];
  const left = [...answers];
  const shells = new Map<string | undefined, object>();
  const connection = {
    closed: false,
    shellOf: (become: Become | undefined) => shells.get(become?.user),
    run: async ({ script, become, last }: Command): Promise<CommandResult> => {
      if (!shells.has(become?.user)) shells.set(become?.user, {});
      asked.push(`${become?.user ?? 'login'} ${last ? 'gives back' : 'takes'}`);
      expect(script.text).toContain('rolecall.lock');
      const answer = left.shift() ?? '';
      if (answer instanceof Error) throw answer;
      return { status: 0, stdout: Buffer.from(answer), stderr: Buffer.alloc(0), truncated: false };
    },
  };
  return { lock: new HostLock('web1', connection as unknown as Connection, 'anna'), asked, shells };
}

const locked = async (lock: HostLock, become?: Become) => (await lock.take(become)).locked;

test('each user has a share, and the first one gives the lock back last', async () => {
  const { lock, asked } = lockWith(['taken', 'taken']);
  await Promise.all([locked(lock, root), locked(lock, shop), locked(lock, root)]);
  await lock.release();
  expect(asked).toEqual(['root takes', 'shop takes', 'shop gives back', 'root gives back']);
});

test('who cannot be asked yet is asked again', async () => {
  const { lock, asked } = lockWith(['taken', problem('become-failed'), 'taken']);
  await locked(lock, root);
  await expect(locked(lock, shop)).rejects.toThrow('become-failed');
  await locked(lock, shop);
  expect(asked).toEqual(['root takes', 'shop takes', 'shop takes']);
});

test('a host that another run holds is not asked again', async () => {
  const { lock, asked } = lockWith(['held ben']);
  await expect(locked(lock, root)).rejects.toThrow('another run is at work on this host: ben');
  await expect(locked(lock, root)).rejects.toThrow('ben');
  await expect(locked(lock, shop)).rejects.toThrow('ben');
  expect(asked).toEqual(['root takes']);
});

test('the lock is taken again where the shell that held it was replaced', async () => {
  const { lock, asked, shells } = lockWith(['taken', 'taken', 'held ben']);
  await locked(lock, root);
  shells.set('root', {});
  await locked(lock, root);
  await locked(lock, root);
  shells.delete('root');
  await expect(locked(lock, root)).rejects.toThrow('another run is at work on this host: ben');
  expect(asked).toEqual(['root takes', 'root takes', 'root takes']);
});

test('what went with its shell is not given back', async () => {
  const { lock, asked, shells } = lockWith(['taken', 'taken']);
  await locked(lock, root);
  await locked(lock, shop);
  shells.delete('shop');
  await lock.release();
  expect(asked).toEqual(['root takes', 'shop takes', 'root gives back']);
});
