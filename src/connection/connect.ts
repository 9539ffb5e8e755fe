import { RolecallError } from '../errors.ts';
import type { Connect } from './connection.ts';
import { connectLocal } from './local.ts';
import { connectOpenssh } from './openssh.ts';
import { connectSsh } from './ssh.ts';

/** Opens a connection with the driver that the target names; its errors name the target's host. */
export const connectTo: Connect = async (target, signal) => {
  signal.throwIfAborted();
  try {
    if (target.driver === 'local') return connectLocal();
    if (target.driver === 'openssh') return await connectOpenssh(target, signal);
    return await connectSsh(target, signal);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    throw new RolecallError(
      error.problems.map((problem) => ({ host: target.host, ...problem })),
      { cause: error.cause },
    );
  }
};
