import { RolecallError } from '../errors.ts';
import type { Connect } from './connection.ts';

/**
 * Opens a connection with the driver that the target names; its errors name the target's host. Drivers
 * are loaded when they are needed.
 */
export const connectTo: Connect = async (target, signal) => {
  signal.throwIfAborted();
  try {
    if (target.driver === 'local') return (await import('./local.ts')).connectLocal();
    if (target.driver === 'openssh') {
      return await (await import('./openssh.ts')).connectOpenssh(target, signal);
    }
    return await (await import('./ssh.ts')).connectSsh(target, signal);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    throw new RolecallError(
      error.problems.map((problem) => ({ host: target.host, ...problem })),
      { cause: error.cause },
    );
  }
};
