import { ack, hold, nack, type Settlement } from '../message/settlement.ts';
import { journals } from '../policy/ambiguity-policy.ts';
import { isReconciliation, wrongAnswer } from '../ports/adapter-answers.ts';
import type { Reconciliation } from '../ports/delivery-reconciler.ts';
import { AttemptJournal } from './attempt-journal.ts';
import { withinDeadline } from './deadline.ts';
import type { DispatchContext } from './dispatch-context.ts';
import type { InFlightMessage } from './lease-batch.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { Lifetime } from './lifetime.ts';
import type { SendWatchdog } from './send-watchdog.ts';
import { settlementForOutcome } from './settlement-for-outcome.ts';
import type { Settler } from './settler.ts';
import { isExpired, reasonNotToSend, unsendable } from './triage.ts';

type Answer = Reconciliation | { readonly kind: 'fault' } | { readonly kind: 'cut_off' };

/** Takes one leased message from the queue to its settlement: reconcile, secure the lease, journal, send, settle. */
export class Delivery {
  readonly #context: DispatchContext;
  readonly #lifetime: Lifetime;
  readonly #watchdog: SendWatchdog;
  readonly #settler: Settler;
  readonly #journal: AttemptJournal;
  readonly #keeper: LeaseKeeper;
  #sending = 0;

  constructor(parts: {
    readonly context: DispatchContext;
    readonly lifetime: Lifetime;
    readonly watchdog: SendWatchdog;
    readonly settler: Settler;
    readonly keeper: LeaseKeeper;
  }) {
    this.#context = parts.context;
    this.#lifetime = parts.lifetime;
    this.#watchdog = parts.watchdog;
    this.#settler = parts.settler;
    this.#journal = new AttemptJournal(parts.context, parts.lifetime);
    this.#keeper = parts.keeper;
  }

  /** How many requests are under way. */
  get sending(): number {
    return this.#sending;
  }

  /** Resolves when the message is stored, released or lost. Never rejects. */
  deliver(entry: InFlightMessage): Promise<void> {
    entry.enter('starting');
    const now = this.#context.time.now();
    return this.#isReady(entry, now) ? this.#send(entry, now) : this.#prepare(entry);
  }

  /** Does what has to be waited for before the send, and sends. */
  async #prepare(entry: InFlightMessage): Promise<void> {
    if (entry.inDoubt && this.#context.options.ambiguity === 'reconcile') {
      // Asking may take as long as a send, and nobody else is to ask meanwhile. It is journaled: it may be what ends the process.
      if (!(await this.#begin(entry))) return;
      const settlement = await this.#reconcile(entry);
      if (settlement !== null) {
        await this.#settler.settle(entry, settlement, settlement.kind === 'ack');
        return;
      }
    }
    if (await this.#begin(entry)) await this.#send(entry, this.#context.time.now());
  }

  /** Whether the request may be made at this very moment and there is nothing to journal. */
  #isReady(entry: InFlightMessage, now: number): boolean {
    return !this.#journals(entry) && this.#mayBegin(entry) && this.#keeper.hasTimeToSend(entry.batch, now);
  }

  /** True when the request may be made at this very moment; else the message has been given back or was lost. */
  async #begin(entry: InFlightMessage): Promise<boolean> {
    let isJournaled = !this.#journals(entry) || entry.isJournaled;
    while (!isJournaled || !this.#keeper.hasTimeToSend(entry.batch)) {
      if (!this.#mayBegin(entry) || !(await this.#keeper.secure(entry))) return this.#giveBack(entry);
      if (isJournaled) continue;
      const result = await this.#journal.begin(entry);
      if (result === 'stale') return this.#lost(entry);
      if (result === 'not_journaled') return this.#giveBack(entry);
      isJournaled = true;
      entry.isJournaled = true;
    }
    return this.#mayBegin(entry) || this.#giveBack(entry);
  }

  /** Everything where only what had really begun may be in doubt; else suspects, of which there are few. */
  #journals(entry: InFlightMessage): boolean {
    return entry.isSuspect || journals(this.#context.options.ambiguity);
  }

  #mayBegin(entry: InFlightMessage): boolean {
    return (
      entry.phase !== 'closed' &&
      !this.#lifetime.stopping.aborted &&
      this.#context.flow.maySend(entry.isProbe)
    );
  }

  async #giveBack(entry: InFlightMessage): Promise<false> {
    if (entry.phase !== 'closed') await this.#keeper.release([entry]);
    return false;
  }

  #lost(entry: InFlightMessage): false {
    const { tell, time } = this.#context;
    tell({ type: 'lease.lost', at: time.now(), ids: [entry.message.id], during: 'begin' });
    entry.batch.close(entry, 'lost');
    return false;
  }

  async #send(entry: InFlightMessage, startedAt: number): Promise<void> {
    const { time, flow, options, random, tell } = this.#context;
    const { message } = entry;
    if (isExpired(message, startedAt)) {
      await this.#settler.settle(entry, unsendable(message.id, 'expired', entry.inDoubt, startedAt), false);
      return;
    }
    const attempt = message.attempts + 1;
    tell({ type: 'attempt.started', at: startedAt, message, attempt });
    entry.enter('sending');
    this.#sending += 1;
    const outcome = await this.#watchdog.send(message, attempt);
    this.#sending -= 1;
    const finishedAt = time.now();
    const durationMs = Math.max(0, finishedAt - startedAt);
    tell({ type: 'attempt.finished', at: finishedAt, message, attempt, outcome, durationMs });

    const isUncounted = entry.isProbe || !flow.isClosed;
    if (this.#lifetime.cutOff.aborted && outcome.kind === 'retryable' && !isAnswer(outcome.reason)) {
      // It was our stop that ended it, before anything was sent.
      await this.#keeper.release([entry]);
      this.#settler.flushIfDue();
      return;
    }
    if (!this.#lifetime.cutOff.aborted) flow.record(outcome, entry.isProbe, finishedAt);
    const { id, expiresAt } = message;
    const settlement = settlementForOutcome(
      { id, attempt, startedAt, finishedAt, outcome, isUncounted, inDoubt: entry.inDoubt, expiresAt },
      options,
      random.next(),
    );
    await this.#settler.settle(entry, settlement, false);
  }

  /** The settlement that the provider's answer leads to; null when it does not have the message, which is then sent if that is allowed. */
  async #reconcile(entry: InFlightMessage): Promise<Settlement | null> {
    const { time, options } = this.#context;
    const { id } = entry.message;
    const answer = await this.#ask(entry);
    const at = time.now();
    switch (answer.kind) {
      case 'delivered': {
        const { webhookMessageId = null, sentAt = at } = answer;
        return ack(id, webhookMessageId, sentAt, at);
      }
      case 'absent': {
        entry.inDoubt = false;
        const reason = reasonNotToSend(entry.message, options, at);
        return reason === null ? null : unsendable(id, reason, false, at);
      }
      case 'cut_off':
        // It is still in doubt and goes back as such: nothing begins after the stop.
        return null;
      case 'unsure':
        return hold(id, 'outcome_unknown', at);
      case 'fault':
        return nack(id, 'reconciler_unavailable', at + options.sendTimeoutMs, true);
    }
  }

  async #ask(entry: InFlightMessage): Promise<Answer> {
    const { clock, failures, options, reconciler, tell, time } = this.#context;
    try {
      if (reconciler === undefined) throw new TypeError('no reconciler was given');
      const asked = reconciler.reconcile(entry.message);
      const answer = await withinDeadline(clock, options.sendTimeoutMs, asked, this.#lifetime.cutOff);
      if (answer.kind === 'done') {
        if (isReconciliation(answer.result)) return answer.result;
        throw new TypeError(wrongAnswer('reconcile', 'reconciler', answer.result));
      }
      if (this.#lifetime.cutOff.aborted) return { kind: 'cut_off' };
      throw new Error(`the reconciler did not answer within ${options.sendTimeoutMs} ms`);
    } catch (error) {
      failures.note('reconcile', error);
      tell({ type: 'reconciler.unavailable', at: time.now(), id: entry.message.id, error });
      return { kind: 'fault' };
    }
  }
}

/** Whether the receiver itself said so: then a request was made, and belongs in the history. */
function isAnswer(reason: string): boolean {
  return reason.startsWith('http_');
}
