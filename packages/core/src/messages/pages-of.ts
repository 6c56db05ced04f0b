import type { Message } from '../message/message.ts';
import type { ListQuery, ListResult, MessageRepository } from '../ports/message-repository.ts';

/** Every message that fits, newest first, a page at a time: what is there throughout is seen once, while messages come and go. */
export async function* pagesOf(
  repository: MessageRepository,
  query: Omit<ListQuery, 'cursor'>,
): AsyncGenerator<readonly Message[], void, undefined> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: ListResult = await repository.list(cursor === undefined ? query : { ...query, cursor });
    if (page.kind === 'invalid_cursor') return;
    yield page.items;
    cursor = page.nextCursor;
  }
}
