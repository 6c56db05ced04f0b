import type { Job } from './contender.ts';

/** Does the work for each item, `concurrency` at a time, without anything between one and the next. */
export async function boundedLoop<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, runner));
}

/** The same without ids, as they are enqueued. */
export function textsOf(count: number): readonly Omit<Job, 'id'>[] {
  return makeJobs('', count).map(({ phoneNumber, content }) => ({ phoneNumber, content }));
}

/** Messages of the size of a short SMS. */
export function makeJobs(prefix: string, count: number): readonly Job[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${index}`,
    phoneNumber: `+90555${String(1_000_000 + (index % 9_000_000))}`,
    content: `Your order ${index} has been shipped and will be with you tomorrow between nine and twelve.`,
  }));
}
