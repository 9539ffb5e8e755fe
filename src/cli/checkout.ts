import { execFile } from 'node:child_process';
import type { Checkout } from '../history/facts.ts';

/** The commit that a folder was checked out from; undefined where git knows none. Never rejects. */
export function checkoutOf(folder: string): Promise<Checkout | undefined> {
  const words = ['status', '--porcelain=v2', '--branch', '--untracked-files=no'];
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile('git', ['-C', folder, ...words], { env, timeout: 10_000 }, (error, stdout) => {
      resolve(error ? undefined : parseStatus(stdout));
    }).unref();
  });
}

/** Of `git status --porcelain=v2 --branch`. */
export function parseStatus(text: string): Checkout | undefined {
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(text)?.[1];
  return commit === undefined ? undefined : { commit, dirty: /^[^#\n]/m.test(text) };
}
