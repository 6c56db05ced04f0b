import type { IndexDescription } from 'mongodb';

/** What an index is for; the queries name theirs. */
export type IndexUse = 'due' | 'idempotencyKey' | 'status' | 'phoneNumber' | 'settled';

export interface IndexDefinition extends IndexDescription {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
}

/** The names of the indexes in a collection, by what they are for. */
export type IndexNames = Readonly<Record<IndexUse, string>>;

export const INDEXES: Readonly<Record<IndexUse, IndexDefinition>> = {
  /** One range for each of the two streams of a claim: `availableAt` missing, and up to now. */
  due: {
    name: 'messaging_due',
    key: { availableAt: 1, _id: 1 },
    partialFilterExpression: { status: 'unsent' },
  },
  idempotencyKey: {
    name: 'messaging_idempotency_key',
    key: { idempotencyKey: 1 },
    unique: true,
    partialFilterExpression: { idempotencyKey: { $type: 'string' } },
  },
  /** Ascending, although pages are read from its end: the Go service asks for a status without an order and gets that of this index. */
  status: { name: 'messaging_status_id', key: { status: 1, _id: 1 } },
  phoneNumber: { name: 'messaging_phone_number', key: { phoneNumber: 1, _id: -1 } },
  /** For pruning: only what we settled carries `settledAt`. */
  settled: {
    name: 'messaging_settled',
    key: { status: 1, settledAt: 1 },
    partialFilterExpression: { settledAt: { $exists: true } },
  },
};

/** What earlier versions made and another index does the work of now. */
export const REPLACED_INDEXES: readonly IndexDefinition[] = [
  // The Go service's query took it, and so met its newest messages first.
  { name: 'messaging_status', key: { status: 1, _id: -1 } },
];
