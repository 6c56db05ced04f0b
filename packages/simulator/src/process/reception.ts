import type { SendOutcome } from '@messaging-system/core/adapter';
import type { ReceiverFault } from '../plan/disturbance.ts';
import type { MisbehavingReceiver } from '../plan/fault-injector.ts';

/** The fate of one request at the receiver, and its sender's answer. Times are ms from the call. */
export interface Reception {
  readonly arrivesAfterMs: number;
  readonly isTaken: boolean;
  /** Null: nothing is heard; the sender's own time-out has to end it. */
  readonly answer: { readonly outcome: SendOutcome | 'throws'; readonly afterMs: number } | null;
  /** The request was never written: whoever gives up knows that. */
  readonly isConnecting: boolean;
  /** The sender breaks its contract and never answers by itself. */
  readonly isDeaf: boolean;
}

const RETRY_AFTER_MS = 700;

export function receptionOf(
  fault: MisbehavingReceiver | null,
  sendTimeoutMs: number,
  thereMs: number,
  backMs: number,
  receiverId: string,
): Reception {
  const accepted: SendOutcome = { kind: 'accepted', webhookMessageId: receiverId };
  const prompt = (outcome: SendOutcome | 'throws', isTaken: boolean): Reception => ({
    arrivesAfterMs: thereMs,
    isTaken,
    answer: { outcome, afterMs: thereMs + backMs },
    isConnecting: false,
    isDeaf: false,
  });
  if (fault === null) return prompt(accepted, true);
  const silent = (isTaken: boolean): Reception => ({ ...prompt(accepted, isTaken), answer: null });
  switch (fault.how) {
    case 'reset_taken':
    case 'http_502_taken':
      return prompt(ANSWERS[fault.how], true);
    case 'throws_taken':
      return prompt('throws', true);
    case 'timeout':
      return silent(false);
    case 'timeout_taken':
      return silent(true);
    case 'taken_late':
      return { ...silent(true), arrivesAfterMs: sendTimeoutMs + fault.delayMs };
    case 'slow': {
      const afterMs = thereMs + Math.floor(sendTimeoutMs * 0.9);
      return {
        ...prompt(accepted, true),
        arrivesAfterMs: afterMs - backMs,
        answer: { outcome: accepted, afterMs },
      };
    }
    case 'slow_connection':
      return { ...silent(false), isConnecting: true };
    case 'deaf':
      return { ...silent(false), isDeaf: true };
    case 'deaf_taken':
      return { ...silent(true), isDeaf: true };
    default:
      return prompt(ANSWERS[fault.how], false);
  }
}

const ANSWERS = {
  http_500: { kind: 'retryable', reason: 'http_500' },
  http_429: { kind: 'retryable', reason: 'http_429', retryAfterMs: RETRY_AFTER_MS, busy: true },
  http_400: { kind: 'permanent', reason: 'http_400' },
  http_401: { kind: 'permanent', reason: 'http_401', endpoint: 'refusing' },
  http_410: { kind: 'permanent', reason: 'http_410', endpoint: 'gone' },
  http_502: { kind: 'ambiguous', reason: 'http_502' },
  http_502_taken: { kind: 'ambiguous', reason: 'http_502' },
  refused_connection: { kind: 'retryable', reason: 'connection_refused' },
  reset: { kind: 'ambiguous', reason: 'connection_reset' },
  reset_taken: { kind: 'ambiguous', reason: 'connection_reset' },
} as const satisfies Partial<Record<ReceiverFault, SendOutcome>>;
