import { existsSync, renameSync, statSync } from 'node:fs';

/** Tells a file from another that takes its name later; undefined when there is none. */
export function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Renames a damaged history with its journal to `FILE.damaged-TIME`; returns that name. Undefined when
 * another process has done so: `identity` is that of the file that was found to be damaged.
 */
export function setAside(
  file: string,
  identity: string | undefined,
  now = new Date(),
): string | undefined {
  if (identity === undefined || identityOf(file) !== identity) return undefined;
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const name = unused(`${file}.damaged-${time}`);
  renameSync(file, name);
  for (const part of ['-wal', '-shm']) {
    if (existsSync(file + part)) renameSync(file + part, name + part);
  }
  return name;
}

function unused(name: string): string {
  let candidate = name;
  for (let count = 2; existsSync(candidate); count++) candidate = `${name}-${count}`;
  return candidate;
}
