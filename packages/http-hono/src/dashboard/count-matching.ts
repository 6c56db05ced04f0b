import type { ListQuery, MessageStatus } from '@messaging-system/core';
import type { MessagesUseCases } from '../http-app-dependencies.ts';
import type { MatchCount } from './pages/redrive.ts';

const MOST_COUNTED = 1_000;

/** How many messages this filter has, in bounded time: beyond a thousand of one number, at least so many. */
export async function countMatching(
  messages: MessagesUseCases,
  { status, phoneNumber }: Pick<ListQuery, 'phoneNumber'> & { readonly status: MessageStatus },
): Promise<MatchCount> {
  if (phoneNumber === undefined) return (await messages.counts())[status];
  const page = await messages.list({ status, phoneNumber, limit: MOST_COUNTED });
  if (page.kind !== 'page') throw new TypeError('the repository refused a list without a cursor');
  return { count: page.items.length, exact: page.nextCursor === null };
}
