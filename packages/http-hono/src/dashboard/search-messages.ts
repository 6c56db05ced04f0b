import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Message, MessageStatus } from '@messaging-system/core';
import { parseInstant } from '../json/instant.ts';
import type { MessagesUseCases } from '../use-cases.ts';
import { inUtc } from './form.ts';

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
  /** Created before this instant, as a browser writes it, in UTC; empty: at any time. */
  readonly before: string;
}

export function sinceOf(text: string | undefined): MessageFilter['since'] {
  return text === 'hour' || text === 'day' || text === 'week' ? text : '';
}

export function beforeOf(text = ''): string {
  return parseInstant(inUtc(text)) === null ? '' : text;
}

/** Whether it has a condition that no store has an index for, so that messages are read and looked at. */
export function isNarrow({ reason, since, before }: Omit<MessageFilter, 'status' | 'search'>): boolean {
  return reason !== '' || since !== '' || before !== '';
}

export function isFiltered(filter: MessageFilter): boolean {
  return filter.status !== null || filter.search !== '' || isNarrow(filter);
}

/** How long to go on: until there are so many matches, or so many messages were looked at. */
interface Patience {
  readonly matches: number;
  readonly looks: number;
}

const PER_PAGE = 25;
const AT_ONCE = 250;
/** An open page asks again whenever something happens. */
export const FIRST_LOOK: Patience = { matches: PER_PAGE, looks: 2_000 };
export const LONGER_LOOK: Patience = { matches: PER_PAGE, looks: 20_000 };
export const COUNT_ALL: Patience = { matches: 20_000, looks: 20_000 };

interface Found {
  readonly items: readonly Message[];
  /** Where to go on; null when there is nothing more. */
  readonly nextCursor: string | null;
  /** How many were looked at, and when the last of them was created. */
  readonly looks: number;
  readonly backTo: number | null;
}

/** The messages that match, newest first. With a cursor there may be more, also where none was found. */
export async function searchMessages(
  messages: MessagesUseCases,
  filter: MessageFilter,
  start: string | null,
  now: number,
  patience: Patience,
): Promise<Found | 'invalid_cursor'> {
  const { status, search, reason } = filter;
  const sinceMs = SINCE[filter.since].ms;
  const earliest = sinceMs === null ? -Infinity : now - sinceMs;
  const end = parseInstant(inUtc(filter.before)) ?? Infinity;
  const limit = isNarrow(filter) ? AT_ONCE : Math.min(patience.matches, AT_ONCE);
  const isRecent = ({ createdAt }: Message): boolean => createdAt === null || createdAt >= earliest;
  const isMatch = (message: Message): boolean =>
    isRecent(message) &&
    (message.createdAt === null || message.createdAt < end) &&
    (reason === '' || message.reason === reason);
  const items: Message[] = [];
  let cursor = start;
  let looks = 0;
  let backTo: number | null = null;
  for (;;) {
    const page = await messages.list({
      limit,
      ...(status === null ? {} : { status }),
      ...(search === '' ? {} : { phoneNumber: search }),
      ...(cursor === null ? {} : { cursor }),
    });
    if (page.kind === 'invalid_cursor') return 'invalid_cursor';
    items.push(...page.items.filter(isMatch));
    looks += page.items.length;
    backTo = page.items.at(-1)?.createdAt ?? backTo;
    // Newest first: behind an older one there are only older ones.
    cursor = page.items.every(isRecent) ? page.nextCursor : null;
    if (cursor === null || items.length >= patience.matches || looks >= patience.looks) {
      return { items, nextCursor: cursor, looks, backTo };
    }
    // A store in this process answers without a pause: the deliveries have their turn between two pages.
    await nextTurn();
  }
}
