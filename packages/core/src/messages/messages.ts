import { checkDependencies } from '../check-given.ts';
import { DEFAULT_DISPATCHER_OPTIONS } from '../dispatch/dispatcher-options.ts';
import { StoreTime } from '../dispatch/store-time.ts';
import { BrokenAdapterError } from '../errors.ts';
import { type DispatcherObserver, notify } from '../events/dispatcher-observer.ts';
import type { ListQuery, ListResult, StatusCounts } from '../message/listing.ts';
import type { Message } from '../message/message.ts';
import { DEFAULT_MESSAGE_RULES, type MessageRules } from '../message/message-rules.ts';
import type { CancelResult, RedriveFilter, RedriveResult } from '../message/operator-transitions.ts';
import type { Clock } from '../ports/clock.ts';
import type { MessageRecords } from '../ports/message-records.ts';
import type { SentCache } from '../ports/sent-cache.ts';
import type { TraceContext } from '../ports/trace-context.ts';
import { cancelMatching } from './cancel-matching.ts';
import { checkedRepository } from './checked-repository.ts';
import { checkRequests, type EnqueueRequest, newMessage } from './enqueue-request.ts';
import { foldRepeatedKeys, unfold, unfoldConflicts } from './fold-repeated-keys.ts';
import { forgetSent } from './forget-sent.ts';
import type {
  CancelFilter,
  CancelReport,
  EnqueueManyResult,
  EnqueueResult,
  EraseReport,
  PruneOptions,
  PruneResult,
} from './messages-results.ts';
import { pagesOf } from './pages-of.ts';
import { repeatUntilNone } from './repeat-until-none.ts';
import { SteadyClock } from './steady-clock.ts';
import { activeSpan } from './trace-of.ts';

export interface MessagesDependencies {
  readonly repository: MessageRecords;
  readonly clock: Clock;
  /** Forgets what is erased, and what is redriven by id: an operator's second send is a send. */
  readonly sentCache?: SentCache;
  readonly observer?: DispatcherObserver;
  readonly rules?: MessageRules;
  /** Gives every message that is enqueued the active span, where the request names none. */
  readonly traceContext?: TraceContext;
}

// The most that one call to the store handles, so that no operation holds it for long.
const OPERATOR_BATCH = 1000;

// Callers have time-outs of their own; answers are checked already.
const UNGUARDED = { call: <Result>(_: string, work: () => Promise<Result>): Promise<Result> => work() };

/**
 * The operations of callers and operators. Domain outcomes are returned, and the store's faults are thrown on. A bug of an adapter becomes
 * a `BrokenAdapterError` that names the operation. Messages are due by the store's time where it can tell it, asked at the first call and twice a minute.
 *
 * @example
 * ```ts
 * import { Messages } from '@messaging-system/core';
 * import { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
 * import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
 *
 * const repository = new InMemoryMessageRepository(new SystemRandom());
 * const messages = new Messages({ repository, clock: new SystemClock() });
 * const request = { phoneNumber: '+905551234567', content: 'Hello', idempotencyKey: 'order-17' };
 * console.log((await messages.enqueue(request)).kind); // stored
 * console.log((await messages.enqueue(request)).kind); // existing
 * ```
 */
export class Messages {
  readonly #repository: MessageRecords;
  readonly #clock: Clock;
  readonly #sentCache: SentCache | undefined;
  readonly #observer: DispatcherObserver | undefined;
  readonly #rules: MessageRules;
  readonly #traceContext: TraceContext | undefined;
  readonly #dependencies: MessagesDependencies;
  #time: StoreTime;
  #steadyClock: SteadyClock;

  /** @throws UnsupportedRuntimeError where the runtime is too old, InvalidOptionsError for a repository or clock that is something else */
  constructor(dependencies: MessagesDependencies) {
    checkDependencies(dependencies, { repository: ['insert', 'findById'], clock: ['now'] });
    this.#dependencies = dependencies;
    this.#repository = checkedRepository(dependencies.repository);
    this.#clock = dependencies.clock;
    this.#sentCache = dependencies.sentCache;
    this.#observer = dependencies.observer;
    this.#rules = dependencies.rules ?? DEFAULT_MESSAGE_RULES;
    this.#traceContext = dependencies.traceContext;
    const { leaseMs } = DEFAULT_DISPATCHER_OPTIONS;
    this.#time = new StoreTime(this.#clock, this.#repository, UNGUARDED, leaseMs, () => undefined);
    this.#steadyClock = new SteadyClock(this.#clock);
  }

  /** The same on another view of the same store, such as one in a transaction of yours: what is known of the store's time is kept. */
  through(repository: MessageRecords): Messages {
    const other = new Messages({ ...this.#dependencies, repository });
    other.#time = this.#time;
    other.#steadyClock = this.#steadyClock;
    return other;
  }

  /**
   * Stores one message. Safe to repeat with an `idempotencyKey`, whatever became of the first call, until `expiresAt`: from then on the
   * request is invalid, stored before or not.
   */
  async enqueue(request: EnqueueRequest): Promise<EnqueueResult> {
    const result = await this.enqueueMany([request]);
    switch (result.kind) {
      case 'invalid':
        return result;
      case 'conflict': {
        const [conflict] = result.conflicts;
        if (conflict !== undefined) return { kind: 'conflict', message: conflict.message };
        break;
      }
      case 'enqueued': {
        const [item] = result.items;
        if (item !== undefined) return item;
      }
    }
    throw new BrokenAdapterError(
      'insert of the repository reported nothing for the message that it was given',
    );
  }

  /**
   * Stores messages in order: all of them, or (invalid, conflict) none, except what a conflict names as `stored`. A key that several requests of the call share means one message:
   * the first of them is `stored`, the others get it as `existing`.
   */
  async enqueueMany(requests: readonly EnqueueRequest[]): Promise<EnqueueManyResult> {
    // Without a question to the store nothing is waited for: a caller's transaction may be open meanwhile.
    const now = this.#time.isStale ? await this.#now() : this.#time.now();
    const { unique, positions, problems: repeated } = foldRepeatedKeys(requests);
    const problems = [...checkRequests(requests, this.#rules, now), ...repeated];
    if (problems.length > 0) return { kind: 'invalid', problems };
    if (unique.length === 0) return { kind: 'enqueued', items: [] };

    const active = activeSpan(this.#traceContext);
    const result = await this.#repository.insert(unique.map((request) => newMessage(request, now, active)));
    if (result.kind === 'conflict') {
      const { conflicts, stored } = result;
      return {
        kind: 'conflict',
        conflicts: unfoldConflicts(conflicts, positions),
        ...(stored !== undefined && { stored: unfoldConflicts(stored, positions) }),
      };
    }
    const stored = result.items.filter((item) => item.kind === 'stored');
    this.#tell(
      'messages.enqueued',
      stored.map((item) => item.message.id),
    );
    return { kind: 'enqueued', items: unfold(result.items, positions) };
  }

  find(id: string): Promise<Message | null> {
    return this.#repository.findById(id);
  }

  list(query: ListQuery): Promise<ListResult> {
    return this.#repository.list(query);
  }

  counts(): Promise<StatusCounts> {
    return this.#repository.counts();
  }

  /** How long the earliest due message has been waiting; 0 when none is due, or when nobody knows since when (another service's). */
  async oldestDueAgeMs(): Promise<number> {
    const dueAt = await this.#repository.nextDueAt();
    return dueAt === null || dueAt === 0 ? 0 : Math.max(0, (await this.#now()) - dueAt);
  }

  async cancel(ids: readonly string[]): Promise<readonly CancelResult[]> {
    const results = await this.#repository.cancel(ids, await this.#now());
    this.#tell('messages.cancelled', idsOf(results, 'cancelled'));
    return results;
  }

  /**
   * Cancels every unsent message that matches and was created by now, in batches; what is enqueued meanwhile, and what is under way, stays.
   * Safe to repeat after a fault: what was cancelled by then stays so.
   */
  async cancelMatching(filter: CancelFilter): Promise<CancelReport> {
    const report = await cancelMatching(this.#repository, filter, await this.#now(), OPERATOR_BATCH);
    this.#tell('messages.cancelled', [], report.cancelled);
    return report;
  }

  async redrive(ids: readonly string[]): Promise<readonly RedriveResult[]> {
    await this.#forget(await this.#redrivable(ids));
    const results = await this.#repository.redrive(ids, await this.#now());
    this.#tell('messages.redriven', idsOf(results, 'redriven'));
    return results;
  }

  /** Redrives everything that matches now; what fails again meanwhile is left alone. Returns how many. */
  async redriveMatching(filter: RedriveFilter): Promise<number> {
    const at = await this.#now();
    const total = await repeatUntilNone(() => this.#repository.redriveMatching(filter, at, OPERATOR_BATCH));
    this.#tell('messages.redriven', [], total);
    return total;
  }

  /**
   * Removes a phone number's messages and what the sent cache knows of them, permanently. Safe to repeat after a fault.
   * @throws SentCacheUnavailableError before anything is removed, since afterwards nobody could tell the cache what to forget
   */
  async erase(phoneNumber: string): Promise<EraseReport> {
    await this.#forgetMessagesOf(phoneNumber);
    let erased = 0;
    for (;;) {
      const result = await this.#repository.erase(phoneNumber, OPERATOR_BATCH);
      erased += result.erasedIds.length;
      if (result.erasedIds.length > 0) await forgetSent(this.#sentCache, result.erasedIds);
      if (result.erasedIds.length === 0) {
        this.#tell('messages.erased', [], erased);
        const { inFlightIds, copiesRemain } = result;
        return { erased, inFlightIds, ...(copiesRemain === true ? { copiesRemain } : {}) };
      }
    }
  }

  /**
   * Removes `sent` and `cancelled` messages that were settled longer than `keepMs` ago, in small batches. By the store's time where it can tell
   * it. Else by this machine's clock, once that has run steadily for an hour of this object's life: until then nothing is removed.
   */
  async prune(keepMs: number, { trustsClock = false }: PruneOptions = {}): Promise<PruneResult> {
    const storeNow = await this.#repository.storeNow?.();
    if (storeNow === undefined && !trustsClock) {
      const provenInMs = this.#steadyClock.provenInMs();
      if (provenInMs > 0) return { kind: 'clock_unproven', provenInMs };
    }
    const before = (storeNow ?? this.#clock.now()) - keepMs;
    const count = await repeatUntilNone(() => this.#repository.prune(before, OPERATOR_BATCH));
    this.#tell('messages.pruned', [], count);
    return { kind: 'pruned', count };
  }

  async #now(): Promise<number> {
    await this.#time.refresh();
    return this.#time.now();
  }

  /** Only of these may the cache forget: what is under way still needs what it remembers. */
  async #redrivable(ids: readonly string[]): Promise<readonly string[]> {
    if (this.#sentCache === undefined) return [];
    const found = await Promise.all(ids.map((id) => this.#repository.findById(id)));
    return found.flatMap((message) =>
      message?.status === 'failed' || message?.status === 'unknown' ? [message.id] : [],
    );
  }

  async #forgetMessagesOf(phoneNumber: string): Promise<void> {
    if (this.#sentCache === undefined) return;
    for await (const page of pagesOf(this.#repository, { phoneNumber, limit: OPERATOR_BATCH })) {
      // Messages under way still need what the cache remembers of them.
      const settled = page.filter((message) => message.leasedUntil === null);
      await forgetSent(
        this.#sentCache,
        settled.map((message) => message.id),
      );
    }
  }

  async #forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await forgetSent(this.#sentCache, ids);
    } catch (error) {
      notify(this.#observer, {
        type: 'sent_cache.unavailable',
        at: this.#clock.now(),
        operation: 'forget',
        error,
      });
    }
  }

  #tell(
    type:
      | 'messages.enqueued'
      | 'messages.cancelled'
      | 'messages.redriven'
      | 'messages.erased'
      | 'messages.pruned',
    ids: readonly string[],
    count: number = ids.length,
  ): void {
    if (count > 0) notify(this.#observer, { type, at: this.#clock.now(), count, ids });
  }
}

function idsOf(
  results: readonly (CancelResult | RedriveResult)[],
  kind: 'cancelled' | 'redriven',
): readonly string[] {
  return results.flatMap((result) =>
    result.kind === kind && 'message' in result ? [result.message.id] : [],
  );
}
