/**
 * The fewest of the items with which the test still fails, as far as leaving out a part at a time can find them (delta debugging): the
 * result fails, and taking any single item out of it makes it pass, unless `mostRuns` came first.
 * @see https://doi.org/10.1109/32.988498 Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input
 */
export async function fewest<Item>(
  items: readonly Item[],
  stillFails: (some: readonly Item[]) => Promise<boolean>,
  mostRuns = 500,
): Promise<readonly Item[]> {
  let runs = 0;
  const fails = async (some: readonly Item[]): Promise<boolean> => {
    runs += 1;
    return runs <= mostRuns && (await stillFails(some));
  };
  let left = items;
  if (left.length > 0 && (await fails([]))) return [];
  for (let parts = 2; left.length > 1; ) {
    const smaller = await withoutOnePart(left, parts, fails);
    if (smaller !== null) {
      left = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (parts >= left.length) {
      break;
    } else {
      parts = Math.min(parts * 2, left.length);
    }
  }
  return left;
}

async function withoutOnePart<Item>(
  items: readonly Item[],
  parts: number,
  fails: (some: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[] | null> {
  const size = Math.ceil(items.length / parts);
  for (let from = 0; from < items.length; from += size) {
    const rest = [...items.slice(0, from), ...items.slice(from + size)];
    if (rest.length > 0 && (await fails(rest))) return rest;
  }
  return null;
}
