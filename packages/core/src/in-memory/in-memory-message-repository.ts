import type { InsertConflict, InsertResult } from '../message/insert-result.ts';
import {
  beginAttempt,
  type ClaimedMessage,
  type ClaimRequest,
  claim,
  claimedMessage,
  extendLease,
  isDue,
  isFree,
  isHeldBy,
  type LeaseResult,
  release,
} from '../message/lease-transitions.ts';
import type { ListQuery, ListResult, StatusCount, StatusCounts } from '../message/listing.ts';
import { isSameRequest, type Message, type NewMessage } from '../message/message.ts';
import { MESSAGE_STATUSES } from '../message/message-status.ts';
import { ObjectIdFactory } from '../message/object-id.ts';
import {
  type CancelResult,
  cancel,
  type EraseResult,
  isRedrivableSince,
  type RedriveFilter,
  type RedriveResult,
  redrive,
} from '../message/operator-transitions.ts';
import { settle } from '../message/settle-transition.ts';
import type { Settlement } from '../message/settlement.ts';
import { type LeasedMessage, type StoredMessage, storedFrom } from '../message/stored-message.ts';
import type { DeliveryStop } from '../ports/message-queue.ts';
import type { MessageRepository } from '../ports/message-repository.ts';
import type { Random } from '../ports/random.ts';
import { pickDue } from './pick-due.ts';

/**
 * The reference repository: the pure transitions over a `Map`. Every operation is done in one turn of the event loop, so it is atomic.
 * For tests, examples and simulations; nothing outlives the process.
 */
export class InMemoryMessageRepository implements MessageRepository {
  readonly #messages = new Map<string, StoredMessage>();
  readonly #idsByKey = new Map<string, string>();
  readonly #ids: ObjectIdFactory;
  readonly #watchers = new Set<() => void>();
  #stop: DeliveryStop | null = null;
  #foreign = 0;

  constructor(random: Random) {
    this.#ids = new ObjectIdFactory(random);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const conflicts = messages.flatMap((asked, index) => this.#conflict(asked, index));
    if (conflicts.length > 0) return { kind: 'conflict', conflicts };
    const items = messages.map((asked) => {
      const existing = this.#byKey(asked.idempotencyKey);
      if (existing !== undefined) return { kind: 'existing' as const, message: existing.message };
      const { message } = this.put(storedFrom(this.#ids.next(asked.createdAt), asked));
      return { kind: 'stored' as const, message };
    });
    this.#wake();
    return { kind: 'inserted', items };
  }

  async claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const due = this.#where((stored) => isDue(stored, request.now));
    return pickDue(due, request.limit).map((stored) =>
      claimedMessage(stored, this.put(claim(stored, request))),
    );
  }

  async beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, (stored) => beginAttempt(stored, begunAt));
  }

  async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const held: string[] = [];
    const stale: string[] = [];
    for (const settlement of settlements) {
      const stored = this.read(settlement.id);
      if (stored !== null && isHeldBy(stored, leaseToken)) this.put(settle(stored, settlement));
      (this.read(settlement.id)?.settledBy === leaseToken ? held : stale).push(settlement.id);
    }
    return { held, stale };
  }

  async extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, (stored) => extendLease(stored, leasedUntil));
  }

  async release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, release);
  }

  async findById(id: string): Promise<Message | null> {
    return this.read(id)?.message ?? null;
  }

  async list(query: ListQuery): Promise<ListResult> {
    if (query.cursor !== undefined && !/^[0-9a-f]{24}$/.test(query.cursor)) return { kind: 'invalid_cursor' };
    const { cursor } = query;
    const matching = this.#where(({ message }) => matches(message, query))
      .map(({ message }) => message)
      .filter(({ id }) => cursor === undefined || id < cursor)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
    const items = matching.slice(0, query.limit);
    return {
      kind: 'page',
      items,
      nextCursor: matching.length > query.limit ? (items.at(-1)?.id ?? null) : null,
    };
  }

  async counts(): Promise<StatusCounts> {
    const count = (status: string): StatusCount => ({
      count: this.#where(({ message }) => message.status === status).length,
      exact: true,
    });
    // The statuses are exactly the keys: `fromEntries` alone cannot tell.
    return Object.fromEntries(MESSAGE_STATUSES.map((status) => [status, count(status)])) as StatusCounts;
  }

  async cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    return ids.map((id) => this.#change(id, (stored) => cancel(stored, at)));
  }

  async redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const results = ids.map((id) => this.#change(id, (stored) => redrive(stored, at)));
    this.#wake();
    return results;
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const ids = this.#where((stored) => matches(stored.message, filter) && isRedrivableSince(stored, at))
      .slice(0, limit)
      .map(idOf);
    await this.redrive(ids, at);
    return ids.length;
  }

  async erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    const theirs = this.#where(({ message }) => message.phoneNumber === phoneNumber);
    const erased = theirs.filter(isFree).slice(0, limit);
    for (const { message } of erased) this.#remove(message);
    const inFlight = theirs.filter((stored) => !isFree(stored));
    return { erasedIds: erased.map(idOf), inFlightIds: inFlight.map(idOf) };
  }

  async stopDelivery(stop: DeliveryStop): Promise<void> {
    this.#stop ??= stop;
  }

  async resumeDelivery(): Promise<void> {
    this.#stop = null;
  }

  async deliveryStop(): Promise<DeliveryStop | null> {
    return this.#stop;
  }

  async prune(settledBefore: number, limit: number): Promise<number> {
    const old = this.#where(
      ({ message: { status, settledAt } }) =>
        (status === 'sent' || status === 'cancelled') && settledAt !== null && settledAt < settledBefore,
    ).slice(0, limit);
    for (const { message } of old) this.#remove(message);
    return old.length;
  }

  async nextDueAt(): Promise<number | null> {
    const waiting = this.#where(({ message, lease }) => message.status === 'unsent' && lease === null);
    const dueAt = waiting.reduce(
      (earliest, { message }) => Math.min(earliest, message.availableAt ?? 0),
      Infinity,
    );
    return waiting.length === 0 ? null : dueAt;
  }

  watch(onDue: () => void): () => Promise<void> {
    this.#watchers.add(onDue);
    return async () => {
      this.#watchers.delete(onDue);
    };
  }

  /** Puts a record in as it is: what another service or an earlier release left behind. */
  put<Stored extends StoredMessage>(stored: Stored): Stored {
    const { id, idempotencyKey } = stored.message;
    this.#messages.set(id, stored);
    if (idempotencyKey !== null) this.#idsByKey.set(idempotencyKey, id);
    return stored;
  }

  /** Reads a record as it is stored. */
  read(id: string): StoredMessage | null {
    return this.#messages.get(id) ?? null;
  }

  #where(isWanted: (stored: StoredMessage) => boolean): StoredMessage[] {
    return [...this.#messages.values()].filter(isWanted);
  }

  /** Puts a message as another service writes it, with none of our fields, and returns its id. */
  putForeign(fields: Pick<Message, 'phoneNumber' | 'content'> & Partial<Pick<Message, 'status'>>): string {
    this.#foreign += 1;
    const id = this.#foreign.toString(16).padStart(24, '0');
    const none = { idempotencyKey: null, sendAt: null, expiresAt: null, createdAt: 0 };
    const stored = storedFrom(id, { ...none, ...fields });
    this.put({
      ...stored,
      message: { ...stored.message, createdAt: null, dueAt: null, availableAt: null, ...fields },
    });
    return id;
  }

  #byKey(key: string | null): StoredMessage | undefined {
    const id = key === null ? undefined : this.#idsByKey.get(key);
    return id === undefined ? undefined : this.#messages.get(id);
  }

  #conflict(asked: NewMessage, index: number): InsertConflict[] {
    const existing = this.#byKey(asked.idempotencyKey);
    return existing === undefined || isSameRequest(existing.message, asked)
      ? []
      : [{ index, message: existing.message }];
  }

  #onHeld(
    token: string,
    ids: readonly string[],
    change: (stored: LeasedMessage) => StoredMessage,
  ): LeaseResult {
    const held: string[] = [];
    const stale: string[] = [];
    for (const id of ids) {
      const stored = this.read(id);
      if (stored === null || !isHeldBy(stored, token)) stale.push(id);
      else held.push(idOf(this.put(change(stored))));
    }
    return { held, stale };
  }

  #change<Result>(
    id: string,
    change: (stored: StoredMessage) => { readonly stored: StoredMessage; readonly result: Result },
  ): Result | { readonly kind: 'not_found'; readonly id: string } {
    const found = this.read(id);
    if (found === null) return { kind: 'not_found', id };
    const { stored, result } = change(found);
    this.put(stored);
    return result;
  }

  #remove({ id, idempotencyKey }: Message): void {
    this.#messages.delete(id);
    if (idempotencyKey !== null) this.#idsByKey.delete(idempotencyKey);
  }

  #wake(): void {
    for (const onDue of this.#watchers) onDue();
  }
}

function idOf({ message }: StoredMessage): string {
  return message.id;
}

function matches(
  message: Message,
  { status, phoneNumber }: Pick<ListQuery, 'status' | 'phoneNumber'>,
): boolean {
  return (
    (status === undefined || message.status === status) &&
    (phoneNumber === undefined || message.phoneNumber === phoneNumber)
  );
}
