import type { Message, SendContext, SendOutcome, WebhookSender } from '@messaging-system/core';
import { between } from '../chance.ts';
import type { SentRequest } from '../ledger/ledger-message.ts';
import type { MisbehavingReceiver } from '../plan/fault-book.ts';
import type { WorldContext } from '../world-context.ts';
import { type Life, never } from './life.ts';
import { type Reception, receptionOf } from './reception.ts';

// How soon a sender answers when its signal aborts.
const ABORT_ANSWER_MS = 5;

/** The sender of one life, and the receiver behind it: what it accepts, it has accepted, whatever the process hears of it. */
export class LinkedSender implements WebhookSender {
  readonly #world: WorldContext;
  readonly #life: Life;

  constructor(world: WorldContext, life: Life) {
    this.#world = world;
    this.#life = life;
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    const life = this.#life;
    const { faults, scheduler, sends, trace, ledger } = this.#world;
    if (!life.isAlive) return never();
    const nth = life.process.count('send');
    const crash = faults.crash(life.process.number, 'send', nth);
    if (crash?.moment === 'before') {
      life.process.crash(crash.downMs);
      return never();
    }
    const request = sends.begins(life, message, context.attempt);
    const name = ledger.name(message.id);
    const earlier = request === null ? 0 : request.message.requests.length - 1;
    const killer = faults.killer(name);
    const fault = killer?.reception ?? faults.send(life.process.number, nth, name, earlier, scheduler.now);
    trace.add(
      life.name,
      () => `> send#${nth} ${name} attempt ${context.attempt}${fault === null ? '' : ` !${fault.how}`}`,
    );
    if (request === null) return never();
    const promise = this.#exchange(request, context, nth, fault, () => {
      if (crash?.moment === 'at_effect') life.process.crash(crash.downMs);
    });
    if (killer !== null) life.process.crash(killer.downMs, true);
    if (crash?.moment === 'on_the_way') life.process.crash(crash.downMs);
    const freeze = faults.freezeInSend(life.process.number, nth);
    if (freeze !== null) scheduler.after(0, () => life.process.freezeIn(life, freeze.forMs));
    return promise;
  }

  #exchange(
    request: SentRequest,
    context: SendContext,
    nth: number,
    fault: MisbehavingReceiver | null,
    arrived: () => void,
  ): Promise<SendOutcome> {
    const { scheduler, chance, plan, sends, trace } = this.#world;
    const life = this.#life;
    const { sendTimeoutMs } = plan.options;
    const latency = (way: number): number => between(chance.at(8, life.process.number, nth, way), 1, 20);
    const reception = receptionOf(fault, sendTimeoutMs, latency(0), latency(1), `r-${request.message.name}`);
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
        trace.add(life.name, () => `< send#${nth} ${request.message.name} ${known.kind}`);
        sends.answered(life, request, known);
        if (outcome === 'throws') reject(new Error('the sender threw'));
        else resolve(outcome);
      };
      const abort = (): void => {
        this.#world.processes.cutsOff(life, request, isWaiting);
        if (reception.isDeaf) return;
        // Nothing was sent yet where the connection was still being made.
        const outcome = reception.isConnecting ? RETRYABLE_ABORT : AMBIGUOUS_ABORT;
        scheduler.after(ABORT_ANSWER_MS, () => life.resume(() => answer(outcome)));
      };
      context.signal.addEventListener('abort', abort);
      this.#arrive(request, reception, nth, arrived);
      if (reception.answer !== null) {
        const { outcome, afterMs } = reception.answer;
        scheduler.after(afterMs, () => {
          isWaiting = life.isFrozen;
          life.resume(() => answer(outcome));
        });
      }
      if (!reception.isDeaf) {
        const late: SendOutcome = reception.isConnecting
          ? { kind: 'retryable', reason: 'connect_timeout' }
          : { kind: 'ambiguous', reason: 'timeout' };
        scheduler.after(sendTimeoutMs, () => life.resume(() => answer(late)));
      }
    });
  }

  #arrive(request: SentRequest, reception: Reception, nth: number, arrived: () => void): void {
    const { scheduler, sends, trace } = this.#world;
    scheduler.after(reception.arrivesAfterMs, () => {
      trace.add(
        'recvr',
        () =>
          `${reception.isTaken ? 'accepts' : 'does not take'} ${request.message.name} (${this.#life.name} send#${nth})`,
      );
      sends.arrived(request, reception.isTaken);
      arrived();
    });
  }
}

const RETRYABLE_ABORT: SendOutcome = { kind: 'retryable', reason: 'aborted' };
const AMBIGUOUS_ABORT: SendOutcome = { kind: 'ambiguous', reason: 'aborted' };
