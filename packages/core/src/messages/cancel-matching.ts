import type { Message } from '../message/message.ts';
import type { MessageRecords } from '../ports/message-records.ts';
import type { CancelFilter, CancelReport } from './messages-results.ts';
import { pagesOf } from './pages-of.ts';

/** Cancels what matches, a page at a time and each message by itself, so that it holds the store for long no more than a cancel by ids. */
export async function cancelMatching(
  repository: Pick<MessageRecords, 'cancel' | 'list'>,
  filter: CancelFilter,
  at: number,
  limit: number,
): Promise<CancelReport> {
  const { phoneNumber } = filter;
  const query = { status: 'unsent', limit, ...(phoneNumber === undefined ? {} : { phoneNumber }) } as const;
  let cancelled = 0;
  let inFlight = 0;
  for await (const page of pagesOf(repository, query)) {
    const ids = page.filter((message) => isCreatedWithin(message, filter, at)).map(({ id }) => id);
    const results = ids.length === 0 ? [] : await repository.cancel(ids, at);
    cancelled += results.filter(({ kind }) => kind === 'cancelled').length;
    inFlight += results.filter(({ kind }) => kind === 'in_flight').length;
  }
  return { cancelled, inFlight };
}

/** Another service's messages do not say when they were created: they match where nothing is asked of that. */
function isCreatedWithin({ createdAt }: Message, filter: CancelFilter, at: number): boolean {
  const { createdFrom, createdBefore } = filter;
  if (createdAt === null) return createdFrom === undefined && createdBefore === undefined;
  return (
    createdAt >= (createdFrom ?? createdAt) &&
    createdAt < (createdBefore ?? createdAt + 1) &&
    // Messages that are enqueued meanwhile were not meant.
    createdAt <= at
  );
}
