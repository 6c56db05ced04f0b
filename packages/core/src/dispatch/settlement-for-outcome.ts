import type { DeliveryAttempt } from '../message/delivery-attempt.ts';
import { retryDelayMs } from '../policy/retry-policy.ts';
import type { Settlement } from '../ports/settlement.ts';
import type { Ambiguous, Permanent, Retryable, SendOutcome } from '../ports/webhook-sender.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';

/** One finished send and what is known around it. */
export interface FinishedSend {
  readonly id: string;
  /** 1-based. */
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: SendOutcome;
  /** A probe, or one that came back when the breaker was open: an endpoint's failure uses up no attempt. */
  readonly isUncounted: boolean;
  /** An earlier attempt's outcome is still unknown. */
  readonly inDoubt: boolean;
}

type Options = Pick<DispatcherOptions, 'ambiguity' | 'retry' | 'sendTimeoutMs'>;

/** The settlement that an outcome leads to. @param chance in [0, 1), for the jitter */
export function settlementForOutcome(send: FinishedSend, options: Options, chance: number): Settlement {
  switch (send.outcome.kind) {
    case 'accepted':
      return {
        kind: 'ack',
        id: send.id,
        webhookMessageId: send.outcome.webhookMessageId ?? null,
        sentAt: send.finishedAt,
        settledAt: send.finishedAt,
        attempt: attemptOf(send),
      };
    case 'retryable':
      return forRetryable(send, send.outcome, options, chance);
    case 'permanent':
      return forPermanent(send, send.outcome, options, chance);
    case 'ambiguous':
      return forAmbiguous(send, send.outcome, options, chance);
  }
}

function forRetryable(send: FinishedSend, outcome: Retryable, options: Options, chance: number): Settlement {
  if (!send.isUncounted && send.attempt >= options.retry.maxAttempts) return givenUp(send, outcome.reason);
  const delayMs = retryDelayMs(options.retry, send.attempt, chance, outcome.retryAfterMs);
  return nack(send, outcome.reason, delayMs, send.inDoubt);
}

function forPermanent(send: FinishedSend, outcome: Permanent, options: Options, chance: number): Settlement {
  const isAboutTheEndpoint = outcome.endpoint !== undefined;
  if (!send.isUncounted || !isAboutTheEndpoint) return givenUp(send, outcome.reason);
  return nack(send, outcome.reason, retryDelayMs(options.retry, send.attempt, chance), send.inDoubt);
}

function forAmbiguous(send: FinishedSend, outcome: Ambiguous, options: Options, chance: number): Settlement {
  switch (options.ambiguity) {
    case 'hold':
      return hold(send, outcome.reason);
    case 'reconcile':
      // The provider is asked by the next claimant, when the attempt can no longer be under way.
      return nack(send, outcome.reason, options.sendTimeoutMs, true);
    case 'resend': {
      if (!send.isUncounted && send.attempt >= options.retry.maxAttempts) return hold(send, outcome.reason);
      const delayMs = retryDelayMs(options.retry, send.attempt, chance);
      // An uncounted attempt leaves no trace by which a reconciling claimant could wait until it can no longer be under way.
      const leastMs = send.isUncounted ? options.sendTimeoutMs : 0;
      return nack(send, outcome.reason, Math.max(delayMs, leastMs), true);
    }
  }
}

function nack(send: FinishedSend, reason: string, delayMs: number, inDoubt: boolean): Settlement {
  return {
    kind: 'nack',
    id: send.id,
    availableAt: send.finishedAt + delayMs,
    inDoubt,
    reason,
    attempt: send.isUncounted ? null : attemptOf(send),
  };
}

/** What an earlier attempt may have delivered must not be called failed, whatever became of this one. */
function givenUp(send: FinishedSend, reason: string): Settlement {
  if (send.inDoubt) return hold(send, reason);
  return { kind: 'deadLetter', id: send.id, reason, settledAt: send.finishedAt, attempt: attemptOf(send) };
}

function hold(send: FinishedSend, reason: string): Settlement {
  return { kind: 'hold', id: send.id, reason, settledAt: send.finishedAt, attempt: attemptOf(send) };
}

function attemptOf(send: FinishedSend): DeliveryAttempt {
  const { attempt, startedAt, finishedAt, outcome } = send;
  return {
    attempt,
    startedAt,
    durationMs: Math.max(0, finishedAt - startedAt),
    outcome: outcome.kind,
    reason: outcome.kind === 'accepted' ? null : outcome.reason,
  };
}
