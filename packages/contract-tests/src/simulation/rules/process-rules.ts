import type { DispatchOnceResult, Message, MessagingEvent } from '@messaging-system/core';
import type { Ledger } from '../ledger/ledger.ts';
import type { SentRequest } from '../ledger/ledger-message.ts';
import type { WorldPlan } from '../plan/world-plan.ts';
import type { Life } from '../process/life.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Trace } from '../trace.ts';
import type { Report } from '../violations.ts';
import type { CallRules } from './call-rules.ts';
import type { SendRules } from './send-rules.ts';

interface Parts {
  readonly plan: WorldPlan;
  readonly ledger: Ledger;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly report: Report;
  readonly calls: CallRules;
  readonly sends: SendRules;
}

interface Conduct {
  /** Since when it drains; null when it does not. */
  drainingSince: number | null;
  drains: number;
}

/** What the dispatcher gives what it cut off to be stored, and the watchdog a sender to answer; and what rounding may add. */
const LAST_MOMENT_MS = 3_000;
const WATCHDOG_MS = 1_500;
const SLACK_MS = 20;

/** Watches each dispatcher as a process: how it stops, what it holds, whether its sends end. */
export class ProcessRules {
  readonly #parts: Parts;
  readonly #lives = new Map<Life, Conduct>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  booted(life: Life): void {
    this.#lives.set(life, { drainingSince: null, drains: 0 });
  }

  dispatchesOnce(life: Life): void {
    if (life.dispatcher?.status().state !== 'draining') life.mayBegin = true;
  }

  /** A single dispatch has ended. */
  dispatchedOnce(life: Life, result: DispatchOnceResult): void {
    if (!life.isAlive || result.kind !== 'dispatched') return;
    const { claimed, ...fates } = result.report;
    const told = Object.values(fates).reduce((sum, count) => sum + count, 0);
    if (told !== claimed)
      this.#parts.report(
        'reports every claimed message once',
        `${life.name} claimed ${claimed} and tells of ${told}: ${JSON.stringify(fates)}`,
      );
  }

  observed(life: Life, event: MessagingEvent): void {
    const { trace, ledger } = this.#parts;
    const conduct = this.#lives.get(life);
    if (!life.isAlive || conduct === undefined) return;
    switch (event.type) {
      case 'dispatcher.started':
        life.mayBegin = true;
        return;
      case 'dispatcher.draining':
        trace.add(life.name, () => 'drains');
        this.#draining(life, conduct);
        return;
      case 'dispatcher.stopped':
        trace.add(life.name, () => 'stopped');
        this.#stopped(life, conduct);
        return;
      case 'attempt.started':
        this.#sending(life, event.message);
        return;
      case 'attempt.finished':
        this.#parts.sends.ended(life, event.message, event.outcome);
        trace.add(life.name, () => `. ${ledger.name(event.message.id)} ended ${event.outcome.kind}`);
        return;
      case 'breaker.opened':
      case 'breaker.closed':
      case 'claiming.paused':
      case 'claiming.resumed':
      case 'clock.skewed':
        if (event.type === 'claiming.paused') life.isPaused = true;
        if (event.type === 'claiming.resumed') life.isPaused = false;
        trace.add(life.name, () => `. ${event.type}${'reason' in event ? ` ${event.reason}` : ''}`);
        return;
      default:
    }
  }

  /** What must hold of a living process at any moment. */
  check(life: Life): void {
    const { plan, report, sends } = this.#parts;
    const status = life.dispatcher?.status();
    if (status === undefined) return;
    const { concurrency } = plan.options;
    const unstored = sends.unstored(life).size;
    if (status.inFlight > concurrency || unstored > concurrency)
      report(
        'holds no more than it may',
        `${life.name} has ${status.inFlight} in flight and ${unstored} accepted ones unstored`,
      );
    sends.checkPersistence(life);
  }

  /** The dispatcher aborts a send. */
  /** `isWaiting`: the answer came while the process was frozen, and was not read yet. */
  cutsOff(life: Life, request: SentRequest, isWaiting: boolean): void {
    const { plan, scheduler, report } = this.#parts;
    const since = this.#lives.get(life)?.drainingSince ?? Number.POSITIVE_INFINITY;
    const isLate = scheduler.now - request.begunAt >= plan.options.sendTimeoutMs;
    if (!isLate && !(scheduler.now - since >= plan.options.drainDeadlineMs))
      report(
        'cuts nothing off before its time',
        `${life.name} aborts ${request.message.name} after ${scheduler.now - request.begunAt} ms`,
        request.message,
      );
    // It may not be able to tell that it was frozen in the last moment. A drain cuts off what it likes.
    const mustRead = isWaiting && life.frozenAt < request.begunAt + plan.options.sendTimeoutMs;
    if (mustRead && since === Number.POSITIVE_INFINITY)
      report(
        'reads what has arrived before it gives up',
        `${life.name} aborts ${request.message.name}, whose answer came while it was frozen`,
        request.message,
      );
  }

  #draining(life: Life, conduct: Conduct): void {
    const { plan, scheduler, report } = this.#parts;
    const since = scheduler.now;
    conduct.drains += 1;
    conduct.drainingSince = since;
    life.mayBegin = false;
    const drain = conduct.drains;
    scheduler.after(plan.options.drainDeadlineMs + LAST_MOMENT_MS + SLACK_MS, () => {
      const isLate = conduct.drains === drain && conduct.drainingSince !== null;
      if (isLate && life.isAlive && life.lastFrozenAt < since)
        report('drains within its deadline', `${life.name} still drains after ${scheduler.now - since} ms`);
    });
  }

  #stopped(life: Life, conduct: Conduct): void {
    const { plan, scheduler, report, sends, calls, ledger } = this.#parts;
    const since = conduct.drainingSince ?? scheduler.now;
    conduct.drainingSince = null;
    const hasTime = scheduler.now - since < plan.options.drainDeadlineMs;
    const underWay = sends.underWay(life).size;
    if (hasTime && underWay > 0)
      report(
        'drains within its deadline',
        `${life.name} says that it has stopped with ${underWay} sends under way`,
      );
    sends.forgetUnstored(life);
    if (!hasTime || calls.troubledAt(life) > Number.NEGATIVE_INFINITY || life.unanswered > 0) return;
    for (const message of ledger.messages) {
      if (message.lease?.holder === life)
        report(
          'leaves no lease behind when it drains',
          `${life.name} has stopped and still holds ${message.name}`,
          message,
        );
    }
  }

  #sending(life: Life, message: Message): void {
    const { plan, scheduler, report, sends } = this.#parts;
    const since = scheduler.now;
    scheduler.after(plan.options.sendTimeoutMs + WATCHDOG_MS + SLACK_MS, () => {
      if (!life.isAlive || life.lastFrozenAt >= since) return;
      const request = sends.requestFor(message);
      if (request !== null && sends.underWay(life).has(request))
        report(
          'lets no send outlive its time-out',
          `${life.name} has been sending ${request.message.name} for ${scheduler.now - since} ms`,
          request.message,
        );
    });
  }
}
