import { keptResponse } from '../message/attempt-response.ts';
import type { DeliveryAttempt } from '../message/delivery-attempt.ts';
import type { Ambiguous, Permanent, Retryable, SendOutcome } from '../message/send-outcome.ts';
import { ack, deadLetter, hold, nack, type Settlement } from '../message/settlement.ts';
import { asksToWaitMs, retryDelayMs } from '../policy/retry-policy.ts';
import type { CheckedOptions } from './dispatcher-options.ts';
import { unsendable } from './triage.ts';

/** One finished send and what is known around it. */
export interface FinishedSend {
  readonly id: string;
  /** 1-based. */
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: SendOutcome;
  /** A probe, or one that came back when the breaker was open: an endpoint's failure does not count as an attempt. */
  readonly isUncounted: boolean;
  /** When the message expires; null when it does not. */
  readonly expiresAt: number | null;
  /** An earlier attempt's outcome is still unknown. */
  readonly inDoubt: boolean;
}

type Options = Pick<CheckedOptions, 'ambiguity' | 'retry' | 'sendTimeoutMs'>;

/**
 * The settlement that an outcome leads to: where it is decided whether a message is sent again. An ambiguous outcome is
 * sent again by default, in doubt: see `AmbiguityPolicy`.
 * @param chance in [0, 1), for the jitter
 */
export function settlementForOutcome(send: FinishedSend, options: Options, chance: number): Settlement {
  switch (send.outcome.kind) {
    case 'accepted':
      return ack(
        send.id,
        send.outcome.webhookMessageId ?? null,
        send.finishedAt,
        send.finishedAt,
        attemptOf(send),
      );
    case 'retryable':
      return forRetryable(send, send.outcome, options, chance);
    case 'permanent':
      return forPermanent(send, send.outcome, options, chance);
    case 'ambiguous':
      return forAmbiguous(send, send.outcome, options, chance);
  }
}

function forRetryable(send: FinishedSend, outcome: Retryable, options: Options, chance: number): Settlement {
  // A receiver that says when to come back has not failed: the message must still be there when it is ready.
  const waitMs = asksToWaitMs(options.retry, outcome);
  const isUncounted = send.isUncounted || waitMs > 0 || outcome.endpoint === 'down';
  if (!isUncounted && send.attempt >= options.retry.maxAttempts) return givenUp(send, outcome.reason);
  const delayMs = waitMs || retryDelayMs(options.retry, send.attempt, chance, outcome.retryAfterMs);
  return putOff({ ...send, isUncounted }, outcome.reason, endOf(send, delayMs), send.inDoubt);
}

function forPermanent(send: FinishedSend, outcome: Permanent, options: Options, chance: number): Settlement {
  if (outcome.noRequest === true) return unsendable(send.id, outcome.reason, send.inDoubt, send.finishedAt);
  const isAboutTheEndpoint = outcome.endpoint !== undefined;
  if (!send.isUncounted || !isAboutTheEndpoint) return givenUp(send, outcome.reason);
  const delayMs = retryDelayMs(options.retry, send.attempt, chance);
  return putOff(send, outcome.reason, endOf(send, delayMs), send.inDoubt);
}

function forAmbiguous(send: FinishedSend, outcome: Ambiguous, options: Options, chance: number): Settlement {
  switch (options.ambiguity) {
    case 'hold':
      return hold(send.id, outcome.reason, send.finishedAt, attemptOf(send));
    case 'reconcile':
      // The provider is asked by the next claimant, when the attempt can no longer be under way.
      return putOff(send, outcome.reason, send.finishedAt + options.sendTimeoutMs, true);
    case 'resend': {
      if (!send.isUncounted && send.attempt >= options.retry.maxAttempts)
        return hold(send.id, outcome.reason, send.finishedAt, attemptOf(send));
      const delayMs = retryDelayMs(options.retry, send.attempt, chance);
      return putOff(send, outcome.reason, endOf(send, delayMs), true);
    }
  }
}

/** The end of the delay, or the message's expiry if that comes first: then the next claim settles it as expired. */
function endOf({ finishedAt, expiresAt }: FinishedSend, delayMs: number): number {
  return Math.min(finishedAt + delayMs, expiresAt ?? Number.POSITIVE_INFINITY);
}

function putOff(send: FinishedSend, reason: string, availableAt: number, inDoubt: boolean): Settlement {
  const attempt = attemptOf(send);
  const kept: DeliveryAttempt = send.isUncounted ? { ...attempt, uncounted: true } : attempt;
  return nack(send.id, reason, availableAt, inDoubt, kept);
}

/** A message that an earlier attempt may have delivered must not be called failed, however this attempt ended. */
function givenUp(send: FinishedSend, reason: string): Settlement {
  const settle = send.inDoubt ? hold : deadLetter;
  return settle(send.id, reason, send.finishedAt, attemptOf(send));
}

function attemptOf(send: FinishedSend): DeliveryAttempt {
  const { attempt, startedAt, finishedAt, outcome } = send;
  const made = {
    attempt,
    startedAt,
    durationMs: Math.max(0, finishedAt - startedAt),
    outcome: outcome.kind,
    reason: outcome.kind === 'accepted' ? null : outcome.reason,
  };
  return outcome.response === undefined ? made : { ...made, response: keptResponse(outcome.response) };
}
