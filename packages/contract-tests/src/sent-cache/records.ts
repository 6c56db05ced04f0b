import assert from 'node:assert/strict';
import type { SentCache, SentRecord } from '@messaging-system/core/adapter';
import { NOW } from '../builders.ts';

const FIRST = '6955b9000102030405000001';

export function aRecord(overrides: Partial<SentRecord> = {}): SentRecord {
  return { id: FIRST, webhookMessageId: 'receiver-id-1', sentAt: NOW + 123, ...overrides };
}

/** Records with ids of their own, in order. */
export function records(count: number): readonly SentRecord[] {
  return Array.from({ length: count }, (_, index) =>
    aRecord({
      id: `6955b900010203040506${index.toString(16).padStart(4, '0')}`,
      webhookMessageId: `receiver-id-${index}`,
      sentAt: NOW + index,
    }),
  );
}

export function idsOf(list: readonly SentRecord[]): readonly string[] {
  return list.map(({ id }) => id);
}

/** Recalls and expects exactly these records, in any order. */
export async function assertRecalls(
  cache: SentCache,
  ids: readonly string[],
  expected: readonly SentRecord[],
): Promise<void> {
  const byId = (one: SentRecord, other: SentRecord): number => (one.id < other.id ? -1 : 1);
  const recalled = await cache.recall(ids);
  assert.deepEqual([...recalled].sort(byId), [...expected].sort(byId));
}
