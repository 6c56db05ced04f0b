// How an adapter divides a call up, so that no transaction is long.

/** Works through the items, up to `size` of them at a time. Resolves with what each batch came to, in order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (batch: readonly Item[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += size) {
    results.push(await work(items.slice(start, start + size)));
  }
  return results;
}

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
