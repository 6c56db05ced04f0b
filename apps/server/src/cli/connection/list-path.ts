import type { MessageStatus } from '@messaging-system/core';

export interface ListFilter {
  readonly status?: MessageStatus;
  readonly phone?: string;
}

/** The path of a page of messages. */
export function listPath({ status, phone }: ListFilter, limit: number, cursor?: string | null): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (status !== undefined) query.set('status', status);
  if (phone !== undefined) query.set('phoneNumber', phone);
  if (cursor !== undefined && cursor !== null) query.set('cursor', cursor);
  return `/messages?${query}`;
}
