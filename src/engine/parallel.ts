/**
 * Runs `work` for each item, at most `limit` at once, and waits for all. The first rejection is
 * passed on after all others have ended.
 *
 * @example await forEachLimited(hosts, 50, (host) => deploy(host));
 */
export async function forEachLimited<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const errors: unknown[] = [];
  const workers = Array.from({ length: Math.min(Math.max(1, limit), items.length) }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  });
  await Promise.all(workers);
  if (errors.length > 0) throw errors[0];
}
