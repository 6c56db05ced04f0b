import type { ClaimRequest } from '../message/lease-transitions.ts';
import {
  beginAttempt,
  claim,
  extendLease,
  isDue,
  isFree,
  isHeldBy,
  release,
} from '../message/lease-transitions.ts';
import { isSameRequest, type Message, type NewMessage } from '../message/message.ts';
import { MESSAGE_STATUSES } from '../message/message-status.ts';
import { ObjectIdFactory } from '../message/object-id.ts';
import type { CancelResult, RedriveResult } from '../message/operator-transitions.ts';
import { cancel, isRedrivableSince, redrive } from '../message/operator-transitions.ts';
import { settle } from '../message/settle-transition.ts';
import type { Settlement } from '../message/settlement.ts';
import { type StoredMessage, storedFrom, toMessage } from '../message/stored-message.ts';
import type {
  ClaimedMessage,
  DeliveryStop,
  EraseResult,
  InsertConflict,
  InsertResult,
  LeaseResult,
  ListQuery,
  ListResult,
  MessageRepository,
  RedriveFilter,
  StatusCount,
  StatusCounts,
} from '../ports/message-repository.ts';
import type { Random } from '../ports/random.ts';
import { pickDue } from './pick-due.ts';

/**
 * The reference repository: the pure transitions over a `Map`. Every operation is done in one turn of the event loop, so it is atomic.
 * For tests, examples and simulations; nothing outlives the process.
 */
export class InMemoryMessageRepository implements MessageRepository {
  readonly claimWindow = 0;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #idsByKey = new Map<string, string>();
  readonly #ids: ObjectIdFactory;
  readonly #watchers = new Set<() => void>();
  #stop: DeliveryStop | null = null;

  constructor(random: Random) {
    this.#ids = new ObjectIdFactory(random);
  }

  async insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const conflicts = messages.flatMap((asked, index) => this.#conflict(asked, index));
    if (conflicts.length > 0) return { kind: 'conflict', conflicts };
    const items = messages.map((asked) => {
      const existing = this.#byKey(asked.idempotencyKey);
      if (existing !== undefined) return { kind: 'existing' as const, message: toMessage(existing) };
      const stored = storedFrom(this.#ids.next(asked.createdAt), asked);
      this.put(stored);
      return { kind: 'stored' as const, message: toMessage(stored) };
    });
    this.#wake();
    return { kind: 'inserted', items };
  }

  async claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const due = [...this.#messages.values()].filter((message) => isDue(message, request.now));
    return pickDue(due, request.limit).map((message) => {
      const claimed = this.put(claim(message, request));
      return {
        message: toMessage(claimed),
        interrupted: message.leaseToken !== null,
        inDoubt: claimed.inDoubt,
        foreign: claimed.createdAt === null,
      };
    });
  }

  async beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, (message) => beginAttempt(message, begunAt));
  }

  async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const held: string[] = [];
    const stale: string[] = [];
    for (const settlement of settlements) {
      const message = this.#messages.get(settlement.id);
      if (message !== undefined && isHeldBy(message, leaseToken))
        this.put(settle(message, leaseToken, settlement));
      (message !== undefined && this.#messages.get(settlement.id)?.settledBy === leaseToken
        ? held
        : stale
      ).push(settlement.id);
    }
    return { held, stale };
  }

  async extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, (message) => extendLease(message, leasedUntil));
  }

  async release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, release);
  }

  async findById(id: string): Promise<Message | null> {
    const stored = this.#messages.get(id);
    return stored === undefined ? null : toMessage(stored);
  }

  async list(query: ListQuery): Promise<ListResult> {
    if (query.cursor !== undefined && !/^[0-9a-f]{24}$/.test(query.cursor)) return { kind: 'invalid_cursor' };
    const { cursor } = query;
    const matching = [...this.#messages.values()]
      .filter((message) => query.status === undefined || message.status === query.status)
      .filter((message) => query.phoneNumber === undefined || message.phoneNumber === query.phoneNumber)
      .filter((message) => cursor === undefined || message.id < cursor)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
    const items = matching.slice(0, query.limit).map(toMessage);
    return {
      kind: 'page',
      items,
      nextCursor: matching.length > query.limit ? (items.at(-1)?.id ?? null) : null,
    };
  }

  async counts(): Promise<StatusCounts> {
    const count = (status: string): StatusCount => ({
      count: [...this.#messages.values()].filter((message) => message.status === status).length,
      exact: true,
    });
    // The statuses are exactly the keys: `fromEntries` alone cannot tell.
    return Object.fromEntries(MESSAGE_STATUSES.map((status) => [status, count(status)])) as StatusCounts;
  }

  async cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    return ids.map((id) => this.#change(id, (message) => cancel(message, at)));
  }

  async redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const results = ids.map((id) => this.#change(id, (message) => redrive(message, at)));
    this.#wake();
    return results;
  }

  async redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const ids = [...this.#messages.values()]
      .filter((message) => message.status === filter.status && isRedrivableSince(message, at))
      .filter((message) => filter.phoneNumber === undefined || message.phoneNumber === filter.phoneNumber)
      .slice(0, limit)
      .map((message) => message.id);
    await this.redrive(ids, at);
    return ids.length;
  }

  async erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    const theirs = [...this.#messages.values()].filter((message) => message.phoneNumber === phoneNumber);
    const erased = theirs.filter(isFree).slice(0, limit);
    for (const message of erased) this.#remove(message);
    const inFlight = theirs.filter((message) => !isFree(message));
    return { erasedIds: erased.map(({ id }) => id), inFlightIds: inFlight.map(({ id }) => id) };
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
    const old = [...this.#messages.values()]
      .filter((message) => message.status === 'sent' || message.status === 'cancelled')
      .filter((message) => message.settledAt !== null && message.settledAt < settledBefore)
      .slice(0, limit);
    for (const message of old) this.#remove(message);
    return old.length;
  }

  async nextDueAt(): Promise<number | null> {
    const waiting = [...this.#messages.values()].filter(
      (message) => message.status === 'unsent' && message.leaseToken === null,
    );
    const dueAt = waiting.reduce(
      (earliest, message) => Math.min(earliest, message.availableAt ?? 0),
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
  put(message: StoredMessage): StoredMessage {
    this.#messages.set(message.id, message);
    if (message.idempotencyKey !== null) this.#idsByKey.set(message.idempotencyKey, message.id);
    return message;
  }

  /** Reads a record as it is stored. */
  read(id: string): StoredMessage | null {
    return this.#messages.get(id) ?? null;
  }

  #byKey(key: string | null): StoredMessage | undefined {
    const id = key === null ? undefined : this.#idsByKey.get(key);
    return id === undefined ? undefined : this.#messages.get(id);
  }

  #conflict(asked: NewMessage, index: number): InsertConflict[] {
    const existing = this.#byKey(asked.idempotencyKey);
    return existing === undefined || isSameRequest(existing, asked)
      ? []
      : [{ index, message: toMessage(existing) }];
  }

  #onHeld(
    token: string,
    ids: readonly string[],
    change: (message: StoredMessage) => StoredMessage,
  ): LeaseResult {
    const held: string[] = [];
    const stale: string[] = [];
    for (const id of ids) {
      const message = this.#messages.get(id);
      if (message === undefined || !isHeldBy(message, token)) stale.push(id);
      else held.push(this.put(change(message)).id);
    }
    return { held, stale };
  }

  #change<Result>(
    id: string,
    change: (message: StoredMessage) => { readonly stored: StoredMessage; readonly result: Result },
  ): Result | { readonly kind: 'not_found'; readonly id: string } {
    const message = this.#messages.get(id);
    if (message === undefined) return { kind: 'not_found', id };
    const { stored, result } = change(message);
    this.put(stored);
    return result;
  }

  #remove(message: StoredMessage): void {
    this.#messages.delete(message.id);
    if (message.idempotencyKey !== null) this.#idsByKey.delete(message.idempotencyKey);
  }

  #wake(): void {
    for (const onDue of this.#watchers) onDue();
  }
}
