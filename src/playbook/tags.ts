/**
 * Whether a task with these effective tags runs under --tags `only` and --skip-tags `skip`, as in
 * Ansible: `always` runs unless skipped by name, `never` only when one of its tags is asked for;
 * `all`, `tagged` and `untagged` mean groups of tasks. An empty `only` means `all`.
 *
 * @example selectsTask(['web', 'never'], ['web'], []) // true
 */
export function selectsTask(
  tags: readonly string[],
  only: readonly string[],
  skip: readonly string[],
): boolean {
  const own = new Set(tags.length > 0 ? tags : ['untagged']);
  return isWanted(own, new Set(only.length > 0 ? only : ['all'])) && !isSkipped(own, new Set(skip));
}

function isWanted(tags: ReadonlySet<string>, only: ReadonlySet<string>): boolean {
  if (tags.has('always') || !tags.isDisjointFrom(only)) return true;
  if (tags.has('never')) return false;
  return only.has('all') || (only.has('tagged') && !tags.has('untagged'));
}

function isSkipped(tags: ReadonlySet<string>, skip: ReadonlySet<string>): boolean {
  if (skip.has('all')) return !tags.has('always') || skip.has('always');
  return !tags.isDisjointFrom(skip) || (skip.has('tagged') && !tags.has('untagged'));
}
