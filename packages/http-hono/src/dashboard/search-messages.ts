import type { Message, MessageStatus } from '@messaging-system/core';
import type { MessagesUseCases } from '../use-cases.ts';

export const SINCE = {
  '': { title: 'at any time', ms: null },
  hour: { title: 'in the last hour', ms: 3_600_000 },
  day: { title: 'in the last 24 hours', ms: 86_400_000 },
  week: { title: 'in the last 7 days', ms: 604_800_000 },
} as const;

export interface MessageFilter {
  readonly status: MessageStatus | null;
  /** A phone number, as it was typed. */
  readonly search: string;
  /** A stable code; empty: any. */
  readonly reason: string;
  readonly since: keyof typeof SINCE;
}

export function sinceOf(text: string | undefined): MessageFilter['since'] {
  return text === 'hour' || text === 'day' || text === 'week' ? text : '';
}

export function isFiltered({ status, search, reason, since }: MessageFilter): boolean {
  return status !== null || search !== '' || reason !== '' || since !== '';
}

interface Found {
  readonly items: readonly Message[];
  readonly nextCursor: string | null;
}

const PER_PAGE = 25;
// No store has an index for reasons and times: so many are looked through for one page.
const MOST_LOOKED_THROUGH = 2_000;
const AT_ONCE = 250;

/** The messages that match, newest first. Fewer than a page, with a cursor, when matches are rare. */
export async function searchMessages(
  messages: MessagesUseCases,
  { status, search, reason, since }: MessageFilter,
  start: string | null,
  now: number,
): Promise<Found | 'invalid_cursor'> {
  const { ms } = SINCE[since];
  const earliest = ms === null ? null : now - ms;
  const isNarrow = reason !== '' || earliest !== null;
  const limit = isNarrow ? AT_ONCE : PER_PAGE;
  const items: Message[] = [];
  let cursor = start;
  for (let seen = 0; seen < MOST_LOOKED_THROUGH; seen += limit) {
    const page = await messages.list({
      limit,
      ...(status === null ? {} : { status }),
      ...(search === '' ? {} : { phoneNumber: search }),
      ...(cursor === null ? {} : { cursor }),
    });
    if (page.kind === 'invalid_cursor') return 'invalid_cursor';
    const isRecent = ({ createdAt }: Message): boolean =>
      earliest === null || createdAt === null || createdAt >= earliest;
    items.push(...page.items.filter((item) => isRecent(item) && (reason === '' || item.reason === reason)));
    // Newest first: behind an older one there are only older ones.
    const isOver = !page.items.every(isRecent);
    cursor = isOver ? null : page.nextCursor;
    if (cursor === null || items.length >= PER_PAGE) break;
  }
  return { items, nextCursor: cursor };
}
