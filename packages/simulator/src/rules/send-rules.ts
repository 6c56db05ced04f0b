import type { Message } from '@messaging-system/core';
import type { Reconciliation, SendOutcome, SentRecord, Settlement } from '@messaging-system/core/adapter';
import type { ModelLease, ModelMessage, SentRequest } from '../model/model-message.ts';
import type { ProcessRun } from '../process/process-run.ts';
import { trueTime } from '../process/simulated-clock.ts';
import { reportOn } from '../violations.ts';
import type { WorldParts } from '../world-parts.ts';
import { checkBeginning, checkReconciling } from './begin-checks.ts';
import { checkCopies } from './copy-check.ts';
import { ofTheLastSecond } from './last-second.ts';
import { checkSettlement, checkStored, wasRecalled } from './settle-checks.ts';

/** How long the dispatcher waits for the sent cache. */
const CACHE_PATIENCE_MS = 250;
/** The longest wait before it asks a store again. */
const LONGEST_BACKOFF_MS = 5_000;
const SLACK_MS = 100;

/** The sends that one run of a process has begun and not finished. */
interface UnfinishedSends {
  /** Requests whose outcome it has not heard. */
  readonly underWay: Set<SentRequest>;
  /** Requests that it heard were accepted and whose settle has not reached the store. */
  readonly unstored: Set<SentRequest>;
  /** Requests whose outcome it heard and has not stored, and when it last asked the store to take it. */
  readonly unreported: Map<SentRequest, number>;
  /** Deliveries that it has told the sent cache of, since when, and whether that has ended. */
  readonly remembering: Map<string, { readonly at: number; isDone: boolean }>;
  /** When sends began, the last second. */
  readonly begunAt: number[];
}

/** Follows every message from its claim to its settle and holds each step against what was promised. */
export class SendRules {
  readonly #parts: WorldParts;
  readonly #tokens = new WeakMap<Message, string>();
  readonly #runs = new WeakMap<object, UnfinishedSends>();
  readonly #remembersItself: boolean;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    // Whether `settle` itself remembers what it acks.
    this.#remembersItself = parts.sentCache?.isSettledWith?.(parts.repository) === true;
  }

  underWay(run: ProcessRun): ReadonlySet<SentRequest> {
    return this.#of(run).underWay;
  }

  /** Accepted, known to the process, and not stored. */
  unstored(run: ProcessRun): ReadonlySet<SentRequest> {
    return this.#of(run).unstored;
  }

  /** Sends that a drain has given up are no longer the process's. */
  forgetUnstored(run: ProcessRun): void {
    const { unstored, unreported } = this.#of(run);
    unstored.clear();
    unreported.clear();
  }

  /** A result is tried until it is stored or stale. */
  checkPersistence(run: ProcessRun): void {
    const { plan, report, scheduler } = this.#parts;
    for (const [request, at] of this.#of(run).unreported) {
      const idleMs = run.isFrozen ? 0 : scheduler.now - Math.max(at, run.lastFrozenAt);
      if (idleMs > LONGEST_BACKOFF_MS + 2 * (plan.options.storeTimeoutMs + CACHE_PATIENCE_MS) + SLACK_MS)
        report(
          'keeps trying to store what it knows',
          `${run.name} has not tried to store the outcome of ${request.message.name} for ${idleMs} ms`,
          request.message,
        );
    }
  }

  /** A claim handed this message out under this token. */
  handedOut(message: Message, token: string): void {
    this.#tokens.set(message, token);
  }

  /** A send begins; null when nobody can tell under which lease, which is a violation of its own. */
  begins(run: ProcessRun, message: Message, attempt: number): SentRequest | null {
    const { plan, report, scheduler, statistics, sentCache } = this.#parts;
    const found = this.#leaseOf(message);
    if (found === null) {
      report('sends only what may be sent', `${run.name} sends ${message.id}, which no claim handed out`);
      return null;
    }
    const [known, lease] = found;
    const broken = reportOn(report, `${run.name} sends ${known.name},`, known);
    const unfinished = this.#of(run);
    const { underWay, unstored } = unfinished;
    const now = this.#holderNow(run);
    const beginning = { run, message: known, claimed: message, lease, attempt, underWay, now, plan };
    checkBeginning({ ...beginning, hasCache: sentCache !== null, broken });
    const request: SentRequest = {
      message: known,
      lease,
      generation: known.generation,
      attempt,
      begunAt: scheduler.now,
      isUncounted: lease.isProbe || run.dispatcher?.status().breaker.state !== 'closed',
      outcome: null,
      isOnTheWay: true,
      isAccepted: false,
    };
    known.requests.push(request);
    lease.request = request;
    statistics.requests += 1;
    underWay.add(request);
    this.#checkRate(run, unfinished.begunAt);
    if (underWay.size + unstored.size > plan.options.concurrency)
      broken(
        'holds no more than it may',
        `with ${underWay.size} under way and ${unstored.size} accepted ones unstored, concurrency is ${plan.options.concurrency}`,
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
  answered(run: ProcessRun, request: SentRequest, outcome: SendOutcome): void {
    request.outcome ??= outcome;
    if (run.dispatcher?.status().breaker.state !== 'closed' || asksToWait(outcome))
      request.isUncounted = true;
    const { underWay, unstored, unreported } = this.#of(run);
    underWay.delete(request);
    if (request.lease.end === null) unreported.set(request, this.#parts.scheduler.now);
    if (outcome.kind === 'accepted') unstored.add(request);
  }

  /** The dispatcher takes this for the end of a send, whether the sender has answered or not. */
  ended(run: ProcessRun, message: Message, outcome: SendOutcome): void {
    const request = this.requestFor(message);
    if (request !== null && this.#of(run).underWay.has(request)) this.answered(run, request, outcome);
  }

  /** The request that was made for this message, as a claim handed it out. */
  requestFor(message: Message): SentRequest | null {
    return this.#leaseOf(message)?.[1].request ?? null;
  }

  /** The process asks the store to settle; called before anything goes wrong with that. */
  settles(run: ProcessRun, token: string, settlements: readonly Settlement[]): void {
    const { model, plan, report, scheduler, sentCache } = this.#parts;
    const { unreported, remembering } = this.#of(run);
    const hasToRemember = sentCache !== null && !this.#remembersItself;
    for (const settlement of settlements) {
      const message = model.get(settlement.id);
      const lease = model.leaseOf(settlement.id, token);
      if (message === undefined || lease === undefined) {
        report('settles what happened', `${run.name} settles ${settlement.id}, which it did not claim`);
        continue;
      }
      if (lease.request !== null && unreported.has(lease.request))
        unreported.set(lease.request, scheduler.now);
      const broken = reportOn(report, `${settlement.kind} of ${message.name}`, message);
      checkSettlement({ message, lease, settlement, plan, broken });
      if (settlement.kind !== 'ack' || settlement.attempt === null || !hasToRemember) continue;
      const note = remembering.get(settlement.id);
      const isInTime = note?.isDone || scheduler.now - (note?.at ?? scheduler.now) >= CACHE_PATIENCE_MS;
      if (!isInTime) broken('remembers before it acks', `by ${run.name}, which has not remembered it`);
    }
  }

  /** A settle changed this message in the store. */
  settled(message: ModelMessage): void {
    const { model, statistics } = this.#parts;
    checkStored(message, model.reportOn(message));
    const lease = message.leases.at(-1);
    if (message.status !== 'sent' || lease === undefined || lease.request !== null) return;
    if (wasRecalled(lease)) statistics.recalled += 1;
    else statistics.reconciled += 1;
  }

  /** A settle or a release reached the store: what it was about is no longer the process's to store. */
  stored(token: string, ids: readonly string[]): void {
    const { model } = this.#parts;
    for (const id of ids) {
      const lease = model.leaseOf(id, token);
      if (lease?.request == null) continue;
      const unfinished = this.#runs.get(lease.holder);
      unfinished?.unstored.delete(lease.request);
      unfinished?.unreported.delete(lease.request);
    }
  }

  /** The process remembers deliveries; what is returned is to be called when that has ended. */
  remembers(run: ProcessRun, ids: readonly string[]): () => void {
    const { remembering } = this.#of(run);
    const noted = ids.map((id) => {
      // The first question is waited for first: a later one is the same delivery, of another lease perhaps.
      const note = remembering.get(id) ?? { at: this.#parts.scheduler.now, isDone: false };
      remembering.set(id, note);
      return note;
    });
    return () => {
      for (const note of noted) note.isDone = true;
    };
  }

  /** The process asks the sent cache; what is returned is to be called with the answer. */
  recalls(run: ProcessRun, ids: readonly string[]): (known: readonly SentRecord[]) => void {
    const { model, scheduler } = this.#parts;
    const askedAt = scheduler.now;
    const leases = ids.flatMap((id) => {
      const lease = model.get(id)?.leases.findLast((one) => one.holder === run);
      if (lease !== undefined) lease.recall = 'asked';
      return lease === undefined ? [] : [[id, lease] as const];
    });
    return (known) => {
      const waitedMs = scheduler.now - askedAt;
      for (const [id, lease] of leases) {
        // Receivers here always give an id: a record without one is the other service's, and proves no delivery.
        const isKnown = known.some((record) => record.id === id && record.webhookMessageId !== null);
        if (isKnown && (waitedMs === CACHE_PATIENCE_MS || run.lastFrozenAt >= askedAt))
          lease.recall = 'perhaps';
        else if (waitedMs >= CACHE_PATIENCE_MS) lease.recall = 'no_answer';
        else lease.recall = isKnown ? 'known' : 'unknown';
      }
    };
  }

  /** The process asks the provider; what is returned is to be called with the answer and when the provider made it. */
  reconciles(run: ProcessRun, message: Message): (answer: Reconciliation, at: number) => void {
    const { plan, report, scheduler } = this.#parts;
    const found = this.#leaseOf(message);
    if (found === null) return () => {};
    const [known, lease] = found;
    const broken = reportOn(report, `${run.name} asks about ${known.name}`, known);
    const now = this.#holderNow(run);
    checkReconciling({ message: known, lease, now, at: scheduler.now, plan, broken });
    return (answer, at) => {
      lease.reconciled = { kind: answer.kind, at };
    };
  }

  #leaseOf(message: Message): readonly [ModelMessage, ModelLease] | null {
    const { model } = this.#parts;
    const token = this.#tokens.get(message);
    const known = model.get(message.id);
    const lease = token === undefined ? undefined : model.leaseOf(message.id, token);
    return known === undefined || lease === undefined ? null : [known, lease];
  }

  /** The time by which the process judges its leases. */
  #holderNow(run: ProcessRun): number {
    const offsetMs = run.dispatcher?.status().clockOffsetMs ?? 0;
    return trueTime(this.#parts.scheduler) + run.process.clockOffsetMs + offsetMs;
  }

  /** A send begins: no more in a second than the rate limit allows, and one for each place whose wait ended together with others. */
  #checkRate(run: ProcessRun, begunAt: number[]): void {
    const { plan, report, scheduler } = this.#parts;
    const { ratePerSecond, concurrency } = plan.options;
    if (ratePerSecond === null) return;
    const begun = ofTheLastSecond(begunAt, scheduler.now);
    // A clock that is set moves the places.
    if (run.process.clockSetAt > scheduler.now - 1_000) return;
    if (begun > ratePerSecond + concurrency)
      report('keeps the rate limit', `${run.name} began ${begun} sends within a second`);
  }

  #of(run: ProcessRun): UnfinishedSends {
    let unfinished = this.#runs.get(run);
    if (unfinished === undefined) {
      const sends = { underWay: new Set<SentRequest>(), unstored: new Set<SentRequest>(), begunAt: [] };
      unfinished = { ...sends, unreported: new Map(), remembering: new Map() };
      this.#runs.set(run, unfinished);
    }
    return unfinished;
  }
}

function asksToWait(outcome: SendOutcome): boolean {
  return outcome.kind === 'retryable' && outcome.busy === true && (outcome.retryAfterMs ?? 0) > 0;
}
