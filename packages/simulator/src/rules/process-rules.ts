import type { DispatchOnceResult, Message, MessagingEvent } from '@messaging-system/core';
import type { SentRequest } from '../model/model-message.ts';
import type { ProcessRun } from '../process/process-run.ts';
import { type Report, reportOn } from '../violations.ts';
import type { WorldParts } from '../world-parts.ts';
import type { CallRules } from './call-rules.ts';
import type { SendRules } from './send-rules.ts';

interface Parts extends WorldParts {
  readonly calls: CallRules;
  readonly sends: SendRules;
}

interface DispatcherState {
  /** Since when it drains; null when it does not. */
  drainingSince: number | null;
  drains: number;
}

/** The time that the dispatcher gives to store the sends that it cut off, that the watchdog gives a sender to answer, and that rounding may add. */
const LAST_MOMENT_MS = 3_000;
const WATCHDOG_MS = 1_500;
const SLACK_MS = 20;

/** Watches each dispatcher as a process: how it stops, what it holds, whether its sends end. */
export class ProcessRules {
  readonly #parts: Parts;
  readonly #runs = new Map<ProcessRun, DispatcherState>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  booted(run: ProcessRun): void {
    this.#runs.set(run, { drainingSince: null, drains: 0 });
  }

  dispatchesOnce(run: ProcessRun): void {
    if (run.dispatcher?.status().state !== 'draining') run.mayBegin = true;
  }

  /** A single dispatch has ended. */
  dispatchedOnce(run: ProcessRun, result: DispatchOnceResult): void {
    if (!run.isAlive || result.kind !== 'dispatched') return;
    const { claimed, ...fates } = result.report;
    const reported = Object.values(fates).reduce((sum, count) => sum + count, 0);
    if (reported !== claimed)
      this.#broken(run)(
        'reports every claimed message once',
        `claimed ${claimed} and reports ${reported}: ${JSON.stringify(fates)}`,
      );
  }

  observed(run: ProcessRun, event: MessagingEvent): void {
    const { trace, model } = this.#parts;
    const state = this.#runs.get(run);
    if (!run.isAlive || state === undefined) return;
    switch (event.type) {
      case 'dispatcher.started':
        run.mayBegin = true;
        return;
      case 'dispatcher.draining':
        trace.add(run.name, () => 'drains');
        this.#draining(run, state);
        return;
      case 'dispatcher.stopped':
        trace.add(run.name, () => 'stopped');
        this.#stopped(run, state);
        return;
      case 'attempt.started':
        this.#sending(run, event.message);
        return;
      case 'attempt.finished':
        this.#parts.sends.ended(run, event.message, event.outcome);
        trace.add(run.name, () => `. ${model.name(event.message.id)} ended ${event.outcome.kind}`);
        return;
      case 'breaker.opened':
      case 'breaker.closed':
      case 'claiming.paused':
      case 'claiming.resumed':
      case 'clock.skewed':
        if (event.type === 'claiming.paused') run.isPaused = true;
        if (event.type === 'claiming.resumed') run.isPaused = false;
        trace.add(run.name, () => `. ${event.type}${'reason' in event ? ` ${event.reason}` : ''}`);
        return;
      default:
    }
  }

  /** The rules of a living process at any moment. */
  check(run: ProcessRun): void {
    const { plan, sends } = this.#parts;
    const status = run.dispatcher?.status();
    if (status === undefined) return;
    const { concurrency } = plan.options;
    const unstored = sends.unstored(run).size;
    if (status.inFlight > concurrency || unstored > concurrency)
      this.#broken(run)(
        'holds no more than it may',
        `has ${status.inFlight} in flight and ${unstored} accepted ones unstored`,
      );
    sends.checkPersistence(run);
  }

  /** The dispatcher aborts a send. `isWaiting`: the answer came while the process was frozen, and was not read yet. */
  cutsOff(run: ProcessRun, request: SentRequest, isWaiting: boolean): void {
    const { plan, scheduler, report } = this.#parts;
    const broken = reportOn(report, `${run.name} aborts ${request.message.name}`, request.message);
    const since = this.#runs.get(run)?.drainingSince ?? Number.POSITIVE_INFINITY;
    const sendingMs = scheduler.now - request.begunAt;
    if (sendingMs < plan.options.sendTimeoutMs && !(scheduler.now - since >= plan.options.drainDeadlineMs))
      broken('cuts nothing off before its time', `after ${sendingMs} ms`);
    // It may not be able to tell that it was frozen in the last moment. A drain cuts off what it likes.
    const mustRead = isWaiting && run.frozenAt < request.begunAt + plan.options.sendTimeoutMs;
    if (mustRead && since === Number.POSITIVE_INFINITY)
      broken('reads what has arrived before it gives up', 'whose answer came while it was frozen');
  }

  #draining(run: ProcessRun, state: DispatcherState): void {
    const { plan, scheduler } = this.#parts;
    const since = scheduler.now;
    state.drains += 1;
    state.drainingSince = since;
    run.mayBegin = false;
    const drain = state.drains;
    scheduler.after(plan.options.drainDeadlineMs + LAST_MOMENT_MS + SLACK_MS, () => {
      const isLate = state.drains === drain && state.drainingSince !== null;
      if (isLate && run.isAlive && run.lastFrozenAt < since)
        this.#broken(run)('drains within its deadline', `still drains after ${scheduler.now - since} ms`);
    });
  }

  #stopped(run: ProcessRun, state: DispatcherState): void {
    const { plan, scheduler, sends, calls, model } = this.#parts;
    const broken = this.#broken(run);
    const since = state.drainingSince ?? scheduler.now;
    state.drainingSince = null;
    const hasTime = scheduler.now - since < plan.options.drainDeadlineMs;
    const underWay = sends.underWay(run).size;
    if (hasTime && underWay > 0)
      broken('drains within its deadline', `says that it has stopped with ${underWay} sends under way`);
    sends.forgetUnstored(run);
    if (!hasTime || calls.troubledAt(run) > Number.NEGATIVE_INFINITY || run.unanswered > 0) return;
    for (const message of model.messages) {
      if (message.lease?.holder === run)
        broken(
          'leaves no lease behind when it drains',
          `has stopped and still holds ${message.name}`,
          message,
        );
    }
  }

  #sending(run: ProcessRun, message: Message): void {
    const { plan, scheduler, sends } = this.#parts;
    const since = scheduler.now;
    scheduler.after(plan.options.sendTimeoutMs + WATCHDOG_MS + SLACK_MS, () => {
      if (!run.isAlive || run.lastFrozenAt >= since) return;
      const request = sends.requestFor(message);
      if (request !== null && sends.underWay(run).has(request))
        this.#broken(run)(
          'lets no send outlive its time-out',
          `has been sending ${request.message.name} for ${scheduler.now - since} ms`,
          request.message,
        );
    });
  }

  #broken(run: ProcessRun): Report {
    return reportOn(this.#parts.report, run.name);
  }
}
