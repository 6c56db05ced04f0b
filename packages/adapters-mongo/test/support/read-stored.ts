import type { DeliveryAttempt, StoredMessage } from '@messaging-system/core/adapter';
import type { Document } from 'mongodb';

/** A document of ours or of the Go service as core's record, by a mapping of the tests' own. */
export function readStored(document: Document): StoredMessage {
  const time = (field: string): number | null => document[field]?.getTime() ?? null;
  const sentAt = time('sentAt');
  const message = {
    id: document._id.toHexString(),
    phoneNumber: document.phoneNumber,
    content: document.content,
    status: document.status,
    webhookMessageId: document.webhookMessageId || null,
    sentAt: sentAt !== null && sentAt > 0 ? sentAt : null,
    createdAt: time('createdAt'),
    sendAt: time('sendAt'),
    expiresAt: time('expiresAt'),
    idempotencyKey: document.idempotencyKey ?? null,
    dueAt: time('dueAt'),
    availableAt: time('availableAt'),
    leasedUntil: time('leasedUntil'),
    settledAt: time('settledAt'),
    attempts: document.attempts ?? 0,
    lostLeases: document.lostLeases ?? 0,
    reason: document.reason ?? null,
    history: (document.history ?? []).map(
      (entry: Document): DeliveryAttempt => ({
        attempt: entry.attempt,
        startedAt: entry.startedAt.getTime(),
        durationMs: entry.durationMs,
        outcome: entry.outcome,
        reason: entry.reason,
        ...(entry.uncounted === true && { uncounted: true }),
        ...(entry.response !== undefined && { response: entry.response }),
      }),
    ),
    traceparent: document.traceparent ?? null,
    ...(document.metadata !== undefined && { metadata: document.metadata }),
  };
  const { leaseToken: token = null, leaseJournals: journals = false, inDoubt = false } = document;
  // As it stands: whatever is left of a lease must be seen, although the type rules it out.
  const left = { token, journals, begunAt: time('begunAt') };
  const lease = token === null && !journals && left.begunAt === null ? null : left;
  return { message, lease, inDoubt, settledBy: document.settledBy ?? null } as StoredMessage;
}
