/** No connection could be had: nothing was asked of the server. */
export class NoConnection extends Error {
  constructor(address: string, cause: unknown) {
    super(`${address}: ${messageOf(cause)}`, { cause });
    this.name = 'NoConnection';
  }
}

/** The server took the connection but does not accept writes: it is no primary (any more). */
export function isReadOnly(error: unknown): boolean {
  const { errno } = error as { errno?: unknown };
  return errno === 1290 || errno === 1792 || errno === 1836;
}

/** The statement itself was refused, and the connection is as good as before. */
export function isOfStatement(error: unknown): boolean {
  const { errno, fatal } = error as { errno?: unknown; fatal?: unknown };
  return typeof errno === 'number' && errno >= 1000 && !fatal && !isReadOnly(error);
}

/** What went wrong, in words; some system errors have no message but a code. */
export function messageOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}
