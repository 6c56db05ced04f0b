import type {
  CancelResult,
  ListQuery,
  ListResult,
  Message,
  RedriveFilter,
  RedriveResult,
  StatusCounts,
} from '@messaging-system/core';
import {
  beginAttempt,
  type ClaimedMessage,
  type ClaimRequest,
  cancel,
  claim,
  claimedMessage,
  type EraseResult,
  extendLease,
  type InsertResult,
  isDue,
  isFree,
  isHeldBy,
  isRedrivableSince,
  isSameRequest,
  type LeasedMessage,
  type LeaseResult,
  type MessageRepository,
  type NewMessage,
  ObjectIdFactory,
  type Random,
  redrive,
  release,
  type Settlement,
  type StoredMessage,
  settle,
  storedFrom,
} from '@messaging-system/core/adapter';
import { AppendOnlyFile } from './append-only-file.ts';

type Line = { readonly put: StoredMessage } | { readonly removed: string };

/**
 * Messages in memory, every change appended to a file: enough for one process. The rules are core's own transitions; what is left to an adapter
 * is to apply them atomically (here: in one turn of the event loop) and durably (here: before the promise resolves).
 */
export class FileMessageRepository implements MessageRepository {
  readonly #file: AppendOnlyFile<Line>;
  readonly #ids: ObjectIdFactory;
  readonly #messages = new Map<string, StoredMessage>();
  #changes: Line[] = [];

  private constructor(file: AppendOnlyFile<Line>, lines: readonly Line[], random: Random) {
    this.#file = file;
    this.#ids = new ObjectIdFactory(random);
    for (const line of lines) {
      if ('put' in line) this.#messages.set(line.put.message.id, line.put);
      else this.#messages.delete(line.removed);
    }
  }

  static async open(path: string, random: Random): Promise<FileMessageRepository> {
    const { file, lines } = await AppendOnlyFile.open<Line>(path);
    return new FileMessageRepository(file, lines, random);
  }

  insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    return this.#durably(() => {
      const conflicts = messages.flatMap((asked, index) => {
        const holder = this.#holderOf(asked.idempotencyKey);
        return holder === undefined || isSameRequest(holder, asked) ? [] : [{ index, message: holder }];
      });
      if (conflicts.length > 0) return { kind: 'conflict', conflicts };
      const items = messages.map((asked) => {
        const holder = this.#holderOf(asked.idempotencyKey);
        if (holder !== undefined) return { kind: 'existing' as const, message: holder };
        const { message } = this.#put(storedFrom(this.#ids.next(asked.createdAt), asked));
        return { kind: 'stored' as const, message };
      });
      return { kind: 'inserted', items };
    });
  }

  claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    return this.#durably(() => {
      const due = this.#all().filter((stored) => isDue(stored, request.now));
      due.sort(
        ({ message: one }, { message: other }) =>
          (one.availableAt ?? 0) - (other.availableAt ?? 0) || (one.id < other.id ? -1 : 1),
      );
      return due
        .slice(0, request.limit)
        .map((stored) => claimedMessage(stored, this.#put(claim(stored, request))));
    });
  }

  beginAttempt(leaseToken: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, (stored) => beginAttempt(stored, begunAt));
  }

  settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return this.#durably(() => {
      const held: string[] = [];
      const stale: string[] = [];
      for (const settlement of settlements) {
        const stored = this.read(settlement.id);
        if (stored !== null && isHeldBy(stored, leaseToken)) this.#put(settle(stored, settlement));
        const isSettled = this.read(settlement.id)?.settledBy === leaseToken;
        (isSettled ? held : stale).push(settlement.id);
      }
      return { held, stale };
    });
  }

  extendLease(leaseToken: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, (stored) => extendLease(stored, leasedUntil));
  }

  release(leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    return this.#onHeld(leaseToken, ids, release);
  }

  async findById(id: string): Promise<Message | null> {
    return this.read(id)?.message ?? null;
  }

  async list({ status, phoneNumber, limit, cursor }: ListQuery): Promise<ListResult> {
    if (cursor !== undefined && !/^[0-9a-f]{24}$/.test(cursor)) return { kind: 'invalid_cursor' };
    const matching = this.#all()
      .map(({ message }) => message)
      .filter((message) => status === undefined || message.status === status)
      .filter((message) => phoneNumber === undefined || message.phoneNumber === phoneNumber)
      .filter((message) => cursor === undefined || message.id < cursor)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
    const items = matching.slice(0, limit);
    return { kind: 'page', items, nextCursor: matching.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async counts(): Promise<StatusCounts> {
    const count = (status: string): { readonly count: number; readonly exact: boolean } => ({
      count: this.#all().filter(({ message }) => message.status === status).length,
      exact: true,
    });
    return {
      unsent: count('unsent'),
      sent: count('sent'),
      failed: count('failed'),
      unknown: count('unknown'),
      cancelled: count('cancelled'),
    };
  }

  cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    return this.#durably(() => ids.map((id) => this.#change(id, (stored) => cancel(stored, at))));
  }

  redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    return this.#durably(() => ids.map((id) => this.#change(id, (stored) => redrive(stored, at))));
  }

  async redriveMatching({ status, phoneNumber }: RedriveFilter, at: number, limit: number): Promise<number> {
    const ids = this.#all()
      .filter((stored) => stored.message.status === status && isRedrivableSince(stored, at))
      .map(({ message }) => message)
      .filter((message) => phoneNumber === undefined || message.phoneNumber === phoneNumber)
      .slice(0, limit)
      .map(({ id }) => id);
    await this.redrive(ids, at);
    return ids.length;
  }

  erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    return this.#durably(() => {
      const theirs = this.#all().filter(({ message }) => message.phoneNumber === phoneNumber);
      const erased = theirs.filter(isFree).slice(0, limit);
      const inFlight = theirs.filter((stored) => !isFree(stored));
      return {
        erasedIds: erased.map(({ message }) => this.#remove(message)),
        inFlightIds: inFlight.map(({ message }) => message.id),
      };
    });
  }

  prune(settledBefore: number, limit: number): Promise<number> {
    return this.#durably(() => {
      const old = this.#all()
        .map(({ message }) => message)
        .filter((message) => message.status === 'sent' || message.status === 'cancelled')
        .filter((message) => message.settledAt !== null && message.settledAt < settledBefore)
        .slice(0, limit);
      return old.map((message) => this.#remove(message)).length;
    });
  }

  async nextDueAt(): Promise<number | null> {
    const waiting = this.#all().filter(({ message, lease }) => message.status === 'unsent' && lease === null);
    return waiting.length === 0 ? null : Math.min(...waiting.map(({ message }) => message.availableAt ?? 0));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Does the work in one turn, then waits until its changes are on the disk. */
  async #durably<Result>(work: () => Result): Promise<Result> {
    const result = work();
    const changes = this.#changes;
    this.#changes = [];
    await this.#file.append(changes);
    return result;
  }

  #onHeld(
    leaseToken: string,
    ids: readonly string[],
    change: (stored: LeasedMessage) => StoredMessage,
  ): Promise<LeaseResult> {
    return this.#durably(() => {
      const held: string[] = [];
      const stale: string[] = [];
      for (const id of ids) {
        const stored = this.read(id);
        if (stored === null || !isHeldBy(stored, leaseToken)) stale.push(id);
        else held.push(this.#put(change(stored)).message.id);
      }
      return { held, stale };
    });
  }

  #change<Result>(
    id: string,
    change: (stored: StoredMessage) => { readonly stored: StoredMessage; readonly result: Result },
  ): Result | { readonly kind: 'not_found'; readonly id: string } {
    const found = this.read(id);
    if (found === null) return { kind: 'not_found', id };
    const { stored, result } = change(found);
    if (stored !== found) this.#put(stored);
    return result;
  }

  #all(): StoredMessage[] {
    return [...this.#messages.values()];
  }

  #holderOf(key: string | null): Message | undefined {
    const isHolder = ({ message }: StoredMessage): boolean => message.idempotencyKey === key;
    return key === null ? undefined : this.#all().find(isHolder)?.message;
  }

  #put<Stored extends StoredMessage>(stored: Stored): Stored {
    this.#messages.set(stored.message.id, stored);
    this.#changes.push({ put: stored });
    return stored;
  }

  #remove({ id }: Message): string {
    this.#messages.delete(id);
    this.#changes.push({ removed: id });
    return id;
  }

  /** The record as it is kept, for the contract tests' probe. */
  read(id: string): StoredMessage | null {
    return this.#messages.get(id) ?? null;
  }
}
