import {
  type Ack,
  countOf,
  type DeliveryAttempt,
  KEPT_ATTEMPTS,
  KEPT_RESPONSES,
  type LeaseResult,
  type Settlement,
} from '@messaging-system/core/adapter';
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import type { MessageStore } from './collection.ts';
import {
  arrayIn,
  type DocumentId,
  decodeId,
  historyEntry,
  literal,
  type MessageCollection,
  REMOVED,
  type StoredDocument,
} from './document.ts';
import { isDocumentRefused } from './errors.ts';
import { attemptsBeforeLease, divide, heldBy, LEASE_FIELDS } from './leases.ts';

/** In an update of many, each document looks for its place among all of them. */
const SETTLED_TOGETHER = 250;

/** The settlement of a send when all goes well. */
interface CountedAck extends Ack {
  readonly attempt: DeliveryAttempt;
}

/**
 * Settles the accepted messages 250 at a time with one command each, and the others with one more command.
 * Reads afterwards only when some did not match.
 */
export async function settle(
  { collection }: MessageStore,
  leaseToken: string,
  settlements: readonly Settlement[],
): Promise<LeaseResult> {
  // Those that drop earlier responses have another update.
  const acks = settlements.filter(isCountedAck);
  const plain = acks.filter((ack) => !hasResponse(ack));
  const withResponse = acks.filter(hasResponse);
  const others = settlements.filter((settlement) => !isCountedAck(settlement));
  const matched = await Promise.all([
    ...[...batchesOf(plain), ...batchesOf(withResponse)].map((batch) =>
      settleTogether(collection, leaseToken, batch),
    ),
    settleEach(collection, leaseToken, others),
  ]);
  const ids = settlements.map(({ id }) => id);
  if (matched.reduce((sum, count) => sum + count) === settlements.length) return { held: ids, stale: [] };
  return divide(collection, ids, { settledBy: leaseToken });
}

function isCountedAck(settlement: Settlement): settlement is CountedAck {
  return settlement.kind === 'ack' && countOf(settlement.attempt) === 1;
}

function hasResponse({ attempt }: CountedAck): boolean {
  return attempt.response !== undefined;
}

function batchesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / SETTLED_TOGETHER);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * SETTLED_TOGETHER, (index + 1) * SETTLED_TOGETHER),
  );
}

/**
 * How many it found. The driver repeats no update of many after a lost answer; the caller of a settle does.
 */
async function settleTogether(
  collection: MessageCollection,
  leaseToken: string,
  acks: readonly CountedAck[],
): Promise<number> {
  if (acks.length === 1) return settleEach(collection, leaseToken, acks);
  const known = acks.flatMap((ack) => {
    const decoded = decodeId(ack.id);
    return decoded === null ? [] : [{ ack, id: decoded.id }];
  });
  const ids = known.map(({ id }) => id);
  const update = ackUpdate(
    leaseToken,
    ids,
    known.map(({ ack }) => ack),
  );
  try {
    return (await collection.updateMany({ _id: { $in: ids }, ...heldBy(leaseToken) }, update)).matchedCount;
  } catch (error) {
    // It ends at the first document that the server refuses; one by one the others are settled.
    if (isDocumentRefused(error)) return settleEach(collection, leaseToken, acks);
    throw error;
  }
}

/**
 * How many it found. Updates of single documents, so that the driver may repeat the batch after a lost
 * answer.
 */
async function settleEach(
  collection: MessageCollection,
  leaseToken: string,
  settlements: readonly Settlement[],
): Promise<number> {
  const operations = settlements.flatMap((settlement): AnyBulkWriteOperation<StoredDocument>[] => {
    const decoded = decodeId(settlement.id);
    if (decoded === null) return [];
    const filter = { _id: { $eq: decoded.id }, ...heldBy(leaseToken) };
    return [{ updateOne: { filter, update: settleUpdate(leaseToken, settlement) } }];
  });
  if (operations.length === 0) return 0;
  return (await collection.bulkWrite(operations, { ordered: false })).matchedCount;
}

/**
 * The acks of many documents as one update, which costs the server a third of as many single ones. Each
 * document finds its own values in the lists by its place among the ids, which `placeAmongAcks` holds until
 * the pipeline ends. Without such a field an ack takes 1.2 to 1.8 times as long where each value looks for the place again,
 * and 1.8 to 2.3 times where one `$let` binds all values of a document.
 * @param ids of the acks, in their order
 */
function ackUpdate(leaseToken: string, ids: readonly DocumentId[], acks: readonly CountedAck[]): Document[] {
  const ownOf = (value: (ack: CountedAck) => unknown): Document => ({
    $arrayElemAt: [literal(acks.map(value)), '$placeAmongAcks'],
  });
  return [
    { $set: { placeAmongAcks: { $indexOfArray: [literal(ids), '$_id'] } } },
    {
      $set: {
        status: 'sent',
        sentAt: ownOf(({ sentAt }) => new Date(sentAt)),
        webhookMessageId: { $ifNull: [ownOf(({ webhookMessageId }) => webhookMessageId), REMOVED] },
        settledAt: ownOf(({ settledAt }) => new Date(settledAt)),
        settledBy: literal(leaseToken),
        attempts: { $add: [attemptsBeforeLease(), 1] },
        history: historyWith(
          ownOf(({ attempt }) => historyEntry(attempt)),
          acks.some(hasResponse),
        ),
      },
    },
    { $unset: ['placeAmongAcks', 'availableAt', 'inDoubt', 'reason', ...LEASE_FIELDS] },
  ];
}

/**
 * Core's `settle` as an update pipeline; an acked document is `sent` to a reader of the Go service's fields.
 */
function settleUpdate(leaseToken: string, settlement: Settlement): Document[] {
  return [
    { $set: { ...outcome(settlement), ...counted(settlement.attempt), settledBy: literal(leaseToken) } },
    { $unset: [...LEASE_FIELDS] },
  ];
}

function outcome(settlement: Settlement): Document {
  switch (settlement.kind) {
    case 'ack':
      return {
        status: 'sent',
        sentAt: new Date(settlement.sentAt),
        webhookMessageId:
          settlement.webhookMessageId === null ? REMOVED : literal(settlement.webhookMessageId),
        settledAt: new Date(settlement.settledAt),
        availableAt: REMOVED,
        inDoubt: REMOVED,
        reason: REMOVED,
      };
    case 'nack':
      return {
        availableAt: new Date(settlement.availableAt),
        dueAt: new Date(settlement.availableAt),
        inDoubt: settlement.inDoubt ? true : REMOVED,
        reason: literal(settlement.reason),
      };
    case 'deadLetter':
    case 'hold':
      return {
        status: settlement.kind === 'hold' ? 'unknown' : 'failed',
        settledAt: new Date(settlement.settledAt),
        availableAt: REMOVED,
        inDoubt: settlement.kind === 'hold' ? true : REMOVED,
        reason: literal(settlement.reason),
      };
  }
}

function counted(attempt: DeliveryAttempt | null): Document {
  if (attempt === null) return { attempts: attemptsBeforeLease() };
  return {
    attempts: { $add: [attemptsBeforeLease(), countOf(attempt)] },
    history: historyWith(literal(historyEntry(attempt)), attempt.response !== undefined),
  };
}

function historyWith(entry: Document, hasResponse: boolean): Document {
  const earlier = hasResponse ? withoutOldResponses(arrayIn('$history')) : arrayIn('$history');
  return { $slice: [{ $concatArrays: [earlier, [entry]] }, -KEPT_ATTEMPTS] };
}

/** Removes the responses of all attempts but the last five. Entries that are not documents stay as they are. */
function withoutOldResponses(history: Document): Document {
  const isOld = { $lt: ['$$index', { $subtract: [{ $size: '$$all' }, KEPT_RESPONSES - 1] }] };
  const attempt = { $arrayElemAt: ['$$all', '$$index'] };
  const isDocument = { $eq: [{ $type: attempt }, 'object'] };
  const stripped = { $unsetField: { field: 'response', input: attempt } };
  return {
    $let: {
      vars: { all: history },
      in: {
        $map: {
          input: { $range: [0, { $size: '$$all' }] },
          as: 'index',
          in: { $cond: [{ $and: [isOld, isDocument] }, stripped, attempt] },
        },
      },
    },
  };
}
