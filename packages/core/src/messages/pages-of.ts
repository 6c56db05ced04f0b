import { BrokenAdapterError } from '../errors.ts';
import type { ListQuery, ListResult } from '../message/listing.ts';
import type { Message } from '../message/message.ts';
import type { MessageRecords } from '../ports/message-records.ts';

/** Every message that fits, newest first, a page at a time: what is there throughout is seen once, while messages come and go. */
export async function* pagesOf(
  repository: Pick<MessageRecords, 'list'>,
  query: Omit<ListQuery, 'cursor'>,
): AsyncGenerator<readonly Message[], void, undefined> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: ListResult = await repository.list(cursor === undefined ? query : { ...query, cursor });
    // Ending here would pass over the rest without a word, and a page again and again would never end.
    if (page.kind === 'invalid_cursor' || (page.nextCursor !== null && page.nextCursor === cursor)) {
      throw new BrokenAdapterError('list of the repository does not go on from the cursor that it gave');
    }
    yield page.items;
    cursor = page.nextCursor;
  }
}
