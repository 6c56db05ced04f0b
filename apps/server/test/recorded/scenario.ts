import {
  aDeadLetter,
  aHold,
  aNack,
  aNewMessage,
  anAck,
  anAttempt,
  NOW,
  TRACEPARENT,
} from '@messaging-system/contract-tests';
import type { MessageRepository, NewMessage, Settlement } from '@messaging-system/core/adapter';

const REFUSED = anAttempt({ outcome: 'retryable', reason: 'http_503', uncounted: true });

/** New messages, each with its settlement; without one it stays unsettled. */
const LIVES: readonly (readonly [Partial<NewMessage>, ((id: string) => Settlement)?])[] = [
  [{ content: 'sent' }, (id) => anAck(id)],
  [{ content: 'failed', traceparent: TRACEPARENT }, (id) => aDeadLetter(id)],
  [{ content: 'unknown', idempotencyKey: 'order-1' }, (id) => aHold(id)],
  [{ content: 'put off' }, (id) => aNack(id)],
  [{ content: 'refused' }, (id) => aNack(id, { attempt: REFUSED, reason: 'http_503' })],
  [{ content: 'leased' }],
  [{ content: 'waiting', sendAt: NOW + 60_000, expiresAt: NOW + 90_000 }],
];

/** Messages in every state, without what came after this was recorded. Returns their ids in order. */
export async function liveThrough(repository: MessageRepository): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const [index, [fields]] of LIVES.entries()) {
    const result = await repository.insert([aNewMessage({ createdAt: NOW - 100 + index, ...fields })]);
    if (result.kind === 'inserted') ids.push(...result.items.map(({ message }) => message.id));
  }
  const lease = { leasedUntil: NOW + 60_000, leaseToken: 'token', journals: false, limit: 10 };
  await repository.claimDue({ now: NOW, ...lease });
  for (const [index, [, settlement]] of LIVES.entries()) {
    if (settlement !== undefined) await repository.settle('token', [settlement(ids[index] ?? '')]);
  }
  return ids;
}

/** Ids are chance: in the record they are numbers. */
export function recordOf(kept: readonly object[], ids: readonly string[]): string {
  const text = JSON.stringify(kept, null, 2);
  return `${ids.reduce((record, id, index) => record.replaceAll(id, `id ${index + 1}`), text)}\n`;
}

/** A row without the columns that are null: those that were added since are. */
export function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
