import type { Become } from '../connection/connection.ts';

/** Answers differ by who asks: what root sees, another user may not. */
export function userKey(become: Become | undefined): string {
  return become ? `${become.method}:${become.user}` : '';
}
