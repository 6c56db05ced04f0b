import {
  countOf,
  KEPT_ATTEMPTS,
  KEPT_RESPONSES,
  type LeaseResult,
  type Settlement,
} from '@messaging-system/core/adapter';
import { ATTEMPTS_BEFORE_LEASE, IS_HELD, NO_LEASE, splitByHeld, storableIds } from './leases.ts';
import { asJson, storable } from './row.ts';
import type { Session } from './session.ts';

/** A response takes away those of all attempts but the five before it. */
const EARLIER = `CASE WHEN s.attempt -> 'response' IS NULL THEN m.history ELSE m.history${Array.from(
  { length: KEPT_ATTEMPTS - KEPT_RESPONSES + 1 },
  (_, index) => ` #- '{-${KEPT_RESPONSES + index},response}'`,
).join('')} END`;

/** Core's `settle` for a whole batch of settlements of any kind, as JSON in $2, on what the token $1 holds. */
export const SETTLE: string = `
UPDATE messaging.messages m SET
  status = s.status,
  settled_by = $1,
  attempts = ${ATTEMPTS_BEFORE_LEASE} + s.counted,
  history = CASE
    WHEN s.attempt IS NULL THEN m.history
    WHEN jsonb_array_length(m.history) >= ${KEPT_ATTEMPTS} THEN (${EARLIER} - 0) || s.attempt
    ELSE ${EARLIER} || s.attempt
  END,
  ${NO_LEASE},
  available_at = coalesce(s.due_at, m.available_at),
  due_at = coalesce(s.due_at, m.due_at),
  sent_at = coalesce(s.sent_at, m.sent_at),
  webhook_message_id = CASE WHEN s.status = 'sent' THEN s.webhook_message_id ELSE m.webhook_message_id END,
  settled_at = coalesce(s.settled_at, m.settled_at),
  in_doubt = s.in_doubt,
  reason = s.reason
FROM json_to_recordset($2::json) AS s (
  id text, status text, counted integer, attempt jsonb, due_at bigint, sent_at bigint, webhook_message_id text,
  settled_at bigint, in_doubt boolean, reason text
)
WHERE m.id = s.id AND ${IS_HELD}
RETURNING m.id`;

export const SELECT_SETTLED_BY: string = `
SELECT m.id FROM messaging.messages m WHERE m.id = ANY($2::text[]) AND m.settled_by = $1`;

export async function settle(
  session: Session,
  leaseToken: string,
  settlements: readonly Settlement[],
): Promise<LeaseResult> {
  if (settlements.length === 0) return { held: [], stale: [] };
  const ids = settlements.map(({ id }) => id);
  const token = storable(leaseToken);
  const rows = settlements.map(rowOf).sort((one, other) => (one.id < other.id ? -1 : 1));
  const settled = new Set((await session.write(SETTLE, token, asJson(rows))).map(({ id }) => id));
  const missing = ids.filter((id) => !settled.has(id));
  if (missing.length > 0 && leaseToken !== '') {
    // A repeat of what was stored, perhaps while this statement waited for it: only a look afterwards can tell.
    const repeats = await session.read(SELECT_SETTLED_BY, token, storableIds(missing));
    for (const { id } of repeats) settled.add(id);
  }
  return splitByHeld(ids, settled);
}

function rowOf(settlement: Settlement) {
  const { id, attempt } = settlement;
  const common = { id, attempt, counted: countOf(attempt), in_doubt: false };
  switch (settlement.kind) {
    case 'ack': {
      const { sentAt, webhookMessageId, settledAt } = settlement;
      return {
        ...common,
        status: 'sent',
        sent_at: sentAt,
        webhook_message_id: webhookMessageId,
        settled_at: settledAt,
      };
    }
    case 'nack': {
      const { availableAt, inDoubt, reason } = settlement;
      return { ...common, status: 'unsent', due_at: availableAt, in_doubt: inDoubt, reason };
    }
    case 'deadLetter':
      return { ...common, status: 'failed', settled_at: settlement.settledAt, reason: settlement.reason };
    case 'hold': {
      const { settledAt, reason } = settlement;
      return { ...common, status: 'unknown', settled_at: settledAt, in_doubt: true, reason };
    }
  }
}
