import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RolecallError } from '../errors.ts';
import { Digests } from './digest.ts';

export interface KeySources {
  /** --plan-key-file. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where this user's own key is. */
  readonly folder: string;
  /** Paths below it count relative to it. */
  readonly base?: string;
}

/**
 * The key of digests: the file that is named, $ROLECALL_PLAN_KEY, or one of this user that is made when it
 * is first needed. Throws `file-unreadable`.
 */
export function digestsFor(sources: KeySources): Digests {
  return new Digests(keyOf(sources), sources.base);
}

function keyOf({ file, environment, folder }: KeySources): Buffer {
  if (file !== undefined) return readKey(file);
  if (environment.ROLECALL_PLAN_KEY) return Buffer.from(environment.ROLECALL_PLAN_KEY);
  const own = join(folder, 'key');
  try {
    return readKey(own);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return makeKey(folder, own);
  }
}

function readKey(file: string): Buffer {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    throw new RolecallError(
      {
        code: 'file-unreadable',
        message: `the key file ${file} cannot be read: ${(error as Error).message}`,
      },
      { cause: error },
    );
  }
  if (key.length >= shortestKey) return key;
  throw new RolecallError({
    code: 'file-unreadable',
    message: `the key in ${file} has ${key.length} bytes`,
    expected: `at least ${shortestKey}`,
  });
}

const shortestKey = 16;

/** It is there as a whole or not at all: several runs may be the first. */
function makeKey(folder: string, file: string): Buffer {
  const key = Buffer.from(`${randomBytes(32).toString('hex')}\n`);
  const written = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(written, key, { mode: 0o600, flag: 'wx' });
    linkSync(written, file);
    return key;
  } catch (error) {
    // Somebody was quicker.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readKey(file);
    throw new RolecallError(
      {
        code: 'file-unreadable',
        message: `the key file ${file} cannot be made: ${(error as Error).message}`,
        hint: 'Set XDG_STATE_HOME to a folder that you may write, or ROLECALL_PLAN_KEY to a key.',
      },
      { cause: error },
    );
  } finally {
    rmSync(written, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
