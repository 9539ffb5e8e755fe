import { createHash } from 'node:crypto';

/** What tells a task from others, whatever line it stands on. */
export interface TaskIdentity {
  readonly play: string;
  readonly role?: string;
  readonly title: string;
  readonly module: string;
  readonly handler: boolean;
}

/** The digest of all that; what is alike in all of it is told apart by its order on the host. */
export function taskKey({ play, role, title, module, handler }: TaskIdentity): Uint8Array {
  const text = JSON.stringify([play, role ?? null, title, module, handler]);
  return createHash('sha256').update(text).digest().subarray(0, 16);
}
