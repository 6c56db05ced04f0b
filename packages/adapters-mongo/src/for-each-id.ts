/** How many documents are changed at once for one call, so that it does not take the whole connection pool. */
const AT_ONCE = 16;

/**
 * Results in the order of the ids, several at once. An id that is given again waits for its turn, so that the second finds what the first
 * has done.
 */
export async function forEachId<Result>(
  ids: readonly string[],
  change: (id: string) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const latest = new Map<string, Promise<unknown>>();
    const batch = ids.slice(start, start + AT_ONCE).map((id) => {
      const changed = (latest.get(id) ?? Promise.resolve()).then(() => change(id));
      latest.set(id, changed);
      return changed;
    });
    results.push(...(await Promise.all(batch)));
  }
  return results;
}
