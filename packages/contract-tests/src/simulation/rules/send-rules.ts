import type { Message, Reconciliation, SendOutcome, SentRecord, Settlement } from '@messaging-system/core';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerLease, LedgerMessage, SentRequest } from '../ledger/ledger-message.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { Life } from '../process/life.ts';
import { trueTime } from '../process/simulated-clock.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Report } from '../violations.ts';
import type { WorldStatistics } from '../world-statistics.ts';
import { checkBeginning } from './begin-checks.ts';
import { checkCopies } from './copy-check.ts';
import { checkRate } from './rate-check.ts';
import { checkReconciling } from './reconcile-check.ts';
import { checkSettlement, checkStored, wasRecalled } from './settle-checks.ts';
import { noUnfinishedSends, type UnfinishedSends } from './unfinished-sends.ts';

interface Parts {
  readonly plan: WorldPlan;
  readonly ledger: Ledger;
  readonly scheduler: Scheduler;
  readonly statistics: WorldStatistics;
  readonly report: Report;
  /** Whether `settle` itself remembers what it acks. */
  readonly remembersItself: boolean;
  readonly hasCache: boolean;
}

/** How long the dispatcher waits for the sent cache. */
const CACHE_PATIENCE_MS = 250;
/** How long it waits at the most before it asks a store again. */
const LONGEST_BACKOFF_MS = 5_000;
const SLACK_MS = 100;

/** Follows every message from its claim to its settle and holds each step against what was promised. */
export class SendRules {
  readonly #parts: Parts;
  readonly #tokens = new WeakMap<Message, string>();
  readonly #lives = new WeakMap<object, UnfinishedSends>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  underWay(life: Life): ReadonlySet<SentRequest> {
    return this.#of(life).underWay;
  }

  /** Accepted, known to the process, and not stored. */
  unstored(life: Life): ReadonlySet<SentRequest> {
    return this.#of(life).unstored;
  }

  /** What a drain has given up is no longer the process's. */
  forgetUnstored(life: Life): void {
    const { unstored, untold } = this.#of(life);
    unstored.clear();
    untold.clear();
  }

  /** A result is tried until it is stored or stale. */
  checkPersistence(life: Life): void {
    const { plan, report, scheduler } = this.#parts;
    for (const [request, at] of this.#of(life).untold) {
      const idleMs = life.isFrozen ? 0 : scheduler.now - Math.max(at, life.lastFrozenAt);
      if (idleMs > LONGEST_BACKOFF_MS + 2 * (plan.options.storeTimeoutMs + CACHE_PATIENCE_MS) + SLACK_MS)
        report(
          'keeps trying to store what it knows',
          `${life.name} has not tried to store the outcome of ${request.message.name} for ${idleMs} ms`,
          request.message,
        );
    }
  }

  /** A claim handed this message out under this token. */
  handedOut(message: Message, token: string): void {
    this.#tokens.set(message, token);
  }

  /** A send begins; null when nobody can tell under which lease, which is a violation of its own. */
  begins(life: Life, message: Message, attempt: number): SentRequest | null {
    const { plan, report, scheduler, statistics, hasCache } = this.#parts;
    const found = this.#leaseOf(message);
    if (found === null) {
      report('sends only what may be sent', `${life.name} sends ${message.id}, which no claim handed out`);
      return null;
    }
    const [known, lease] = found;
    const now = this.#holderNow(life);
    const undertakings = this.#of(life);
    const { underWay } = undertakings;
    checkBeginning({
      life,
      message: known,
      claimed: message,
      lease,
      attempt,
      underWay,
      now,
      plan,
      hasCache,
      report,
    });
    const request: SentRequest = {
      message: known,
      lease,
      generation: known.generation,
      attempt,
      begunAt: scheduler.now,
      isUncounted: lease.isProbe || life.dispatcher?.status().breaker.state !== 'closed',
      outcome: null,
      isOnTheWay: true,
      isAccepted: false,
    };
    known.requests.push(request);
    lease.request = request;
    statistics.requests += 1;
    undertakings.underWay.add(request);
    checkRate({ life, begunAt: undertakings.begunAt, now: scheduler.now, plan, report });
    if (undertakings.underWay.size + undertakings.unstored.size > plan.options.concurrency)
      report(
        'holds no more than it may',
        `${life.name} has ${undertakings.underWay.size} sends under way and ${undertakings.unstored.size} accepted ones unstored, concurrency is ${plan.options.concurrency}`,
        known,
      );
    return request;
  }

  /** The request has come to the receiver. */
  arrived(request: SentRequest, isTaken: boolean): void {
    const { report, statistics } = this.#parts;
    request.isOnTheWay = false;
    if (!isTaken) return;
    const copies = checkCopies(request, report);
    request.isAccepted = true;
    statistics.accepted += 1;
    statistics.copies += copies;
  }

  /** The process hears of the outcome. */
  answered(life: Life, request: SentRequest, outcome: SendOutcome): void {
    request.outcome ??= outcome;
    if (life.dispatcher?.status().breaker.state !== 'closed' || asksToWait(outcome))
      request.isUncounted = true;
    const { underWay, unstored, untold } = this.#of(life);
    underWay.delete(request);
    if (request.lease.end === null) untold.set(request, this.#parts.scheduler.now);
    if (outcome.kind === 'accepted') unstored.add(request);
  }

  /** The dispatcher takes this for the end of a send, whether the sender has answered or not. */
  ended(life: Life, message: Message, outcome: SendOutcome): void {
    const request = this.requestFor(message);
    if (request !== null && this.#of(life).underWay.has(request)) this.answered(life, request, outcome);
  }

  /** The request that was made for this message, as a claim handed it out. */
  requestFor(message: Message): SentRequest | null {
    return this.#leaseOf(message)?.[1].request ?? null;
  }

  /** The process asks the store to settle; called before anything goes wrong with that. */
  settles(life: Life, token: string, settlements: readonly Settlement[]): void {
    const { ledger, plan, report, scheduler, hasCache, remembersItself } = this.#parts;
    for (const settlement of settlements) {
      const message = ledger.get(settlement.id);
      const lease = ledger.leaseOf(settlement.id, token);
      if (message === undefined || lease === undefined) {
        report('settles what happened', `${life.name} settles ${settlement.id}, which it did not claim`);
        continue;
      }
      if (lease.request !== null && this.#of(life).untold.has(lease.request))
        this.#of(life).untold.set(lease.request, scheduler.now);
      checkSettlement({ message, lease, settlement, plan, report });
      if (settlement.kind !== 'ack' || settlement.attempt === null || !hasCache || remembersItself) continue;
      const remembering = this.#of(life).remembering.get(settlement.id);
      const isInTime =
        remembering !== undefined &&
        (remembering.isDone || scheduler.now - remembering.at >= CACHE_PATIENCE_MS);
      if (!isInTime)
        report(
          'remembers before it acks',
          `${life.name} acks ${message.name} without remembering it first`,
          message,
        );
    }
  }

  /** A settle changed this message in the store. */
  settled(message: LedgerMessage): void {
    const { report, statistics } = this.#parts;
    checkStored(message, report);
    const lease = message.leases.at(-1);
    if (message.status !== 'sent' || lease === undefined || lease.request !== null) return;
    if (wasRecalled(lease)) statistics.recalled += 1;
    else statistics.reconciled += 1;
  }

  /** A settle or a release reached the store: what it was about is no longer the process's to store. */
  stored(token: string, ids: readonly string[]): void {
    const { ledger } = this.#parts;
    for (const id of ids) {
      const lease = ledger.leaseOf(id, token);
      if (lease?.request == null) continue;
      const undertakings = this.#lives.get(lease.holder);
      undertakings?.unstored.delete(lease.request);
      undertakings?.untold.delete(lease.request);
    }
  }

  /** The process remembers deliveries; what is returned is to be called when that has ended. */
  remembers(life: Life, ids: readonly string[]): () => void {
    const { remembering } = this.#of(life);
    const noted = ids.map((id) => {
      // What was asked first is waited for first: a later one is the same delivery, of another lease perhaps.
      const note = remembering.get(id) ?? { at: this.#parts.scheduler.now, isDone: false };
      remembering.set(id, note);
      return note;
    });
    return () => {
      for (const note of noted) note.isDone = true;
    };
  }

  /** The process asks the sent cache; what is returned is to be called with the answer. */
  recalls(life: Life, ids: readonly string[]): (known: readonly SentRecord[]) => void {
    const { ledger, scheduler } = this.#parts;
    const askedAt = scheduler.now;
    const leases = ids.flatMap((id) => {
      const lease = ledger.get(id)?.leases.findLast((one) => one.holder === life);
      if (lease !== undefined) lease.recall = 'asked';
      return lease === undefined ? [] : [[id, lease] as const];
    });
    return (known) => {
      const waitedMs = scheduler.now - askedAt;
      for (const [id, lease] of leases) {
        // Receivers here always give an id: a record without one is the other service's, and proves no delivery.
        const isKnown = known.some((record) => record.id === id && record.webhookMessageId !== null);
        if (isKnown && (waitedMs === CACHE_PATIENCE_MS || life.lastFrozenAt >= askedAt))
          lease.recall = 'perhaps';
        else if (waitedMs >= CACHE_PATIENCE_MS) lease.recall = 'no_answer';
        else lease.recall = isKnown ? 'known' : 'unknown';
      }
    };
  }

  /** The process asks the provider; what is returned is to be called with the answer and when the provider made it. */
  reconciles(life: Life, message: Message): (answer: Reconciliation, at: number) => void {
    const { plan, report, scheduler } = this.#parts;
    const found = this.#leaseOf(message);
    if (found === null) return () => {};
    const [known, lease] = found;
    checkReconciling({
      life,
      message: known,
      lease,
      now: this.#holderNow(life),
      at: scheduler.now,
      plan,
      report,
    });
    return (answer, at) => {
      lease.reconciled = { kind: answer.kind, at };
    };
  }

  #leaseOf(message: Message): readonly [LedgerMessage, LedgerLease] | null {
    const { ledger } = this.#parts;
    const token = this.#tokens.get(message);
    const known = ledger.get(message.id);
    const lease = token === undefined ? undefined : ledger.leaseOf(message.id, token);
    return known === undefined || lease === undefined ? null : [known, lease];
  }

  /** The time by which the process judges its leases. */
  #holderNow(life: Life): number {
    const offsetMs = life.dispatcher?.status().clockOffsetMs ?? 0;
    return trueTime(this.#parts.scheduler) + life.process.clockOffsetMs + offsetMs;
  }

  #of(life: Life): UnfinishedSends {
    let unfinished = this.#lives.get(life);
    if (unfinished === undefined) {
      unfinished = noUnfinishedSends();
      this.#lives.set(life, unfinished);
    }
    return unfinished;
  }
}

function asksToWait(outcome: SendOutcome): boolean {
  return outcome.kind === 'retryable' && outcome.busy === true && (outcome.retryAfterMs ?? 0) > 0;
}
