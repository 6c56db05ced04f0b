import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome, WebhookSender } from '@messaging-system/core/adapter';
import { between } from '../chance.ts';
import type { SentRequest } from '../model/model-message.ts';
import type { MisbehavingReceiver } from '../plan/fault-injector.ts';
import type { WorldContext } from '../world-context.ts';
import { never, type ProcessRun } from './process-run.ts';
import { type Reception, receptionOf } from './reception.ts';

// How soon a sender answers when its signal aborts.
const ABORT_ANSWER_MS = 5;

/** The sender of one run, and the receiver behind it: what it accepts, it has accepted, whatever the process hears of it. */
export class LinkedSender implements WebhookSender {
  readonly timeoutMs: number;
  readonly #world: WorldContext;
  readonly #run: ProcessRun;

  constructor(world: WorldContext, run: ProcessRun) {
    this.timeoutMs = world.plan.options.sendTimeoutMs;
    this.#world = world;
    this.#run = run;
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    const run = this.#run;
    const { faults, scheduler, sends, trace, model } = this.#world;
    if (!run.isAlive) return never();
    const nth = run.process.count('send');
    const crash = faults.crash(run.process.number, 'send', nth);
    if (crash?.moment === 'before') {
      run.process.crash(crash.downMs);
      return never();
    }
    const request = sends.begins(run, message, context.attempt);
    const name = model.name(message.id);
    const earlier = request === null ? 0 : request.message.requests.length - 1;
    const killer = faults.killer(name);
    const fault = killer?.reception ?? faults.send(run.process.number, nth, name, earlier, scheduler.now);
    trace.add(
      run.name,
      () => `> send#${nth} ${name} attempt ${context.attempt}${fault === null ? '' : ` !${fault.how}`}`,
    );
    if (request === null) return never();
    const promise = this.#exchange(request, context, nth, fault, () => {
      if (crash?.moment === 'at_effect') run.process.crash(crash.downMs);
    });
    if (killer !== null) run.process.crash(killer.downMs, true);
    if (crash?.moment === 'on_the_way') run.process.crash(crash.downMs);
    const freeze = faults.freezeInSend(run.process.number, nth);
    if (freeze !== null) scheduler.after(0, () => run.process.freeze(run, freeze.forMs));
    return promise;
  }

  #exchange(
    request: SentRequest,
    context: SendContext,
    nth: number,
    fault: MisbehavingReceiver | null,
    arrived: () => void,
  ): Promise<SendOutcome> {
    const { scheduler, chance, sends, trace } = this.#world;
    const run = this.#run;
    const latency = (way: number): number => between(chance.at(8, run.process.number, nth, way), 1, 20);
    const reception = receptionOf(fault, this.timeoutMs, latency(0), latency(1), `r-${request.message.name}`);
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      // The answer came while the process was frozen.
      let isWaiting = false;
      const answer = (outcome: SendOutcome | 'throws'): void => {
        if (isAnswered) return;
        isAnswered = true;
        context.signal.removeEventListener('abort', abort);
        const known: SendOutcome =
          outcome === 'throws' ? { kind: 'ambiguous', reason: 'sender_failed' } : outcome;
        trace.add(run.name, () => `< send#${nth} ${request.message.name} ${known.kind}`);
        sends.answered(run, request, known);
        if (outcome === 'throws') reject(new Error('the sender threw'));
        else resolve(outcome);
      };
      const abort = (): void => {
        this.#world.processes.cutsOff(run, request, isWaiting);
        if (reception.isDeaf) return;
        // Nothing was sent yet where the connection was still being made.
        const outcome = reception.isConnecting ? RETRYABLE_ABORT : AMBIGUOUS_ABORT;
        scheduler.after(ABORT_ANSWER_MS, () => run.resume(() => answer(outcome)));
      };
      context.signal.addEventListener('abort', abort);
      this.#arrive(request, reception, nth, arrived);
      if (reception.answer !== null) {
        const { outcome, afterMs } = reception.answer;
        scheduler.after(afterMs, () => {
          isWaiting = run.isFrozen;
          run.resume(() => answer(outcome));
        });
      }
      if (!reception.isDeaf) {
        const late: SendOutcome = reception.isConnecting
          ? { kind: 'retryable', reason: 'connect_timeout' }
          : { kind: 'ambiguous', reason: 'timeout' };
        scheduler.after(this.timeoutMs, () => run.resume(() => answer(late)));
      }
    });
  }

  #arrive(request: SentRequest, reception: Reception, nth: number, arrived: () => void): void {
    const { scheduler, sends, trace } = this.#world;
    scheduler.after(reception.arrivesAfterMs, () => {
      trace.add(
        'recvr',
        () =>
          `${reception.isTaken ? 'accepts' : 'does not take'} ${request.message.name} (${this.#run.name} send#${nth})`,
      );
      sends.arrived(request, reception.isTaken);
      arrived();
    });
  }
}

const RETRYABLE_ABORT: SendOutcome = { kind: 'retryable', reason: 'aborted' };
const AMBIGUOUS_ABORT: SendOutcome = { kind: 'ambiguous', reason: 'aborted' };
