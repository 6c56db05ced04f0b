import type { Message } from '../message/message.ts';
import type { SendOutcome } from '../message/send-outcome.ts';
import type { Settlement } from '../message/settlement.ts';

/** Every event that an observer can receive. `at` is epoch ms; errors are as they were thrown. */
export type MessagingEvent =
  | { readonly type: 'dispatcher.started'; readonly at: number }
  | { readonly type: 'dispatcher.draining'; readonly at: number; readonly inFlight: number }
  | { readonly type: 'dispatcher.stopped'; readonly at: number }
  /** An error that nobody expects: a bug in an adapter, a function that the runtime lacks. Delivery is tried again. */
  | {
      readonly type: 'dispatcher.failed';
      readonly at: number;
      readonly during: string;
      readonly error: unknown;
    }
  | {
      readonly type: 'batch.claimed';
      readonly at: number;
      readonly count: number;
      readonly interrupted: number;
      readonly durationMs: number;
      /** In the order of the claim. Each has another event later: settled, released or lost, or none when a stop gave it up. */
      readonly ids: readonly string[];
    }
  | {
      readonly type: 'attempt.started';
      readonly at: number;
      readonly message: Message;
      readonly attempt: number;
    }
  | {
      readonly type: 'attempt.finished';
      readonly at: number;
      readonly message: Message;
      readonly attempt: number;
      readonly outcome: SendOutcome;
      readonly durationMs: number;
    }
  | {
      readonly type: 'message.settled';
      readonly at: number;
      readonly message: Message;
      readonly settlement: Settlement;
      /** Acked because the sent cache or the reconciler knew of an earlier delivery. */
      readonly recalled: boolean;
    }
  | {
      readonly type: 'batch.settled';
      readonly at: number;
      readonly count: number;
      readonly durationMs: number;
    }
  | { readonly type: 'messages.released'; readonly at: number; readonly ids: readonly string[] }
  | {
      readonly type: 'lease.lost';
      readonly at: number;
      readonly ids: readonly string[];
      readonly during: 'begin' | 'extend' | 'settle' | 'release';
    }
  | {
      readonly type: 'store.unavailable';
      readonly at: number;
      readonly operation: string;
      readonly error: unknown;
    }
  | { readonly type: 'store.recovered'; readonly at: number; readonly operation: string }
  | {
      readonly type: 'sent_cache.unavailable';
      readonly at: number;
      readonly operation: 'remember' | 'recall' | 'forget';
      readonly error: unknown;
    }
  | {
      readonly type: 'reconciler.unavailable';
      readonly at: number;
      readonly id: string;
      readonly error: unknown;
    }
  | { readonly type: 'clock.skewed'; readonly at: number; readonly offsetMs: number }
  | {
      readonly type: 'breaker.opened';
      readonly at: number;
      readonly reason: string;
      readonly until: number | null;
    }
  | { readonly type: 'breaker.closed'; readonly at: number }
  /** The receiver asked to be left alone. `until` is when one message is sent to see whether it is ready. */
  | { readonly type: 'claiming.paused'; readonly at: number; readonly until: number; readonly reason: string }
  /** That message got an answer which asks for no further pause. */
  | { readonly type: 'claiming.resumed'; readonly at: number }
  | {
      readonly type:
        | 'messages.enqueued'
        | 'messages.cancelled'
        | 'messages.redriven'
        | 'messages.erased'
        | 'messages.pruned';
      readonly at: number;
      readonly count: number;
      /** Empty where the store did not name them. */
      readonly ids: readonly string[];
    };

export type MessagingEventType = MessagingEvent['type'];
