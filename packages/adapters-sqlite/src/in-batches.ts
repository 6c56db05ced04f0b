/** Rows that one transaction changes at most, so that the event loop and other writers get their turn. */
export const BATCH_SIZE = 500;

/** One piece of work after the other, each for up to `BATCH_SIZE` of the items; their results in order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (batch: readonly Item[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += BATCH_SIZE) {
    results.push(await work(items.slice(start, start + BATCH_SIZE)));
  }
  return results;
}

/** The same for work that also has to rewrite pages all over the file. */
export const SCATTERED_BATCH_SIZE = 200;

/** Repeats work for up to `size` until `limit` are done or one had fewer than it might. Returns how many. */
export async function upTo(
  limit: number,
  size: number,
  work: (batch: number) => Promise<number>,
): Promise<number> {
  let done = 0;
  while (done < limit) {
    const batch = Math.min(size, limit - done);
    const count = await work(batch);
    done += count;
    if (count < batch) break;
  }
  return done;
}
