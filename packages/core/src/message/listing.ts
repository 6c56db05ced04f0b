import type { Message } from './message.ts';
import type { MessageStatus } from './message-status.ts';

export interface ListQuery {
  readonly status?: MessageStatus;
  readonly phoneNumber?: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** Opaque; from an earlier page. */
  readonly cursor?: string;
}

export type ListResult =
  | { readonly kind: 'page'; readonly items: readonly Message[]; readonly nextCursor: string | null }
  | { readonly kind: 'invalid_cursor' };

export interface StatusCount {
  readonly count: number;
  /** False when there are more than `count`, or about so many. */
  readonly exact: boolean;
}

/** Above this many a status, counts are marked approximate. */
export const EXACT_COUNT_LIMIT = 100_000;

export type StatusCounts = Readonly<Record<MessageStatus, StatusCount>>;
