import { RolecallError } from '../errors.ts';
import { capture } from './commands.ts';

/** What a path is, as one line of text; equal lines mean an equal path. */
export type TreeHash = ReadonlyMap<string, string>;

/**
 * Everything under `root` that outlives a process: path → type, mode, owner, group, size, sha256 or
 * link target. Left out are /proc, /sys, /dev and /run, sockets, logs, and what time alone changes.
 * Modification times are not part of it. Reads with this machine's own tools.
 */
export async function hashTree(root: string): Promise<TreeHash> {
  const pruned = excluded.flatMap((path, index) => [
    ...(index > 0 ? ['-o'] : []),
    ...['-path', `./${path}`],
  ]);
  const listing = await tool(
    root,
    `exec find . \\( "$@" \\) -prune -o ! -type s -printf '%y %m %U %G %s %l\\0%p\\0'`,
    pruned,
  );
  const sums = await tool(
    root,
    `find . \\( "$@" \\) -prune -o -type f -print0 | xargs -0r sha256sum -z --`,
    pruned,
  );
  const hashes = new Map<string, string>();
  for (const record of sums.split('\0')) hashes.set(record.slice(66), record.slice(0, 64));
  const tree = new Map<string, string>();
  const records = listing.split('\0');
  for (let index = 0; index + 1 < records.length; index += 2) {
    const [type, mode, owner, group, size, ...link] = records[index]!.split(' ');
    const path = records[index + 1]!;
    const content = type === 'f' ? `${size} ${hashes.get(path) ?? 'unreadable'}` : link.join(' ');
    tree.set(path.slice(1) || '/', [type, mode, owner, group, content].join(' ').trimEnd());
  }
  return tree;
}

/** One line for every path that differs: `+` is only in `after`, `-` only in `before`, `~` in both. */
export function compareTrees(before: TreeHash, after: TreeHash): string[] {
  const lines: string[] = [];
  for (const [path, was] of before) {
    const is = after.get(path);
    if (is === undefined) lines.push(`- ${path}: ${was}`);
    else if (is !== was) lines.push(`~ ${path}: ${was} → ${is}`);
  }
  for (const [path, is] of after) if (!before.has(path)) lines.push(`+ ${path}: ${is}`);
  return lines.sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}

const excluded = [
  ...['proc', 'sys', 'dev', 'run', 'var/log'],
  ...['srv/*/proc', 'srv/*/dev'], // of a root within the root
  ...['var/lib/systemd/timers', 'var/lib/systemd/random-seed', 'var/lib/systemd/timesync'],
  ...['var/lib/lastlog', 'var/lib/wtmpdb'], // records of logins
  ...['tmp/systemd-private-*', 'var/tmp/systemd-private-*'],
];

async function tool(root: string, script: string, args: readonly string[]): Promise<string> {
  const result = await capture([
    '/bin/sh',
    '-c',
    `cd "$0" && { ${script}; }`,
    `${root}/.`,
    ...args,
  ]);
  // A file that a daemon replaces between listing and reading shows as missing; that is no failure.
  if (result.stdout.length === 0) {
    throw new RolecallError({
      code: 'lab-failed',
      message: `could not read the tree ${root}: ${result.stderr.toString().trim()}`,
    });
  }
  return result.stdout.toString('latin1');
}
