import { quoteWord, Sh } from './sh.ts';

/**
 * A path as one shell word that no command takes for an option. `~`, `~/x` and `~user/x` mean the home
 * of the user who runs the script, as in Ansible. Throws TypeError on NUL.
 *
 * @example sh`cat ${pathWord('-x')} ${pathWord('~/y')}` // cat ./-x "${HOME:?}"/y
 */
export function pathWord(path: string): Sh {
  const home = /^~([A-Za-z0-9_][A-Za-z0-9_.-]*)?(\/.*)?$/s.exec(path);
  if (home) {
    const start = home[1] ? `~${home[1]}` : '"${HOME:?}"';
    return new Sh(home[2] ? `${start}${quoteWord(home[2])}` : start);
  }
  return new Sh(quoteWord(path.startsWith('-') || path === '' ? `./${path}` : path));
}

/** Splits shell words into groups that fit on a command line everywhere (64 KiB each). */
export function wordGroups(words: readonly Sh[]): Sh[][] {
  const groups: Sh[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const word of words) {
    size += word.text.length * 3 + 1;
    if (size > 64 * 1024) {
      groups.push([]);
      size = word.text.length * 3 + 1;
    }
    groups.at(-1)!.push(word);
  }
  return groups;
}
