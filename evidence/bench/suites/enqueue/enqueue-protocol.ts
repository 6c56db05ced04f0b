import type { StoreName } from '../../contenders/stores.ts';

export type EnqueueCommand =
  /** Answers with the URL of the HTTP API. */
  | {
      readonly kind: 'open';
      readonly store: StoreName;
      readonly directory: string;
      readonly runId: string;
    }
  /** Enqueues from within. Answers with messages a second. */
  | {
      readonly kind: 'enqueue';
      readonly messages: number;
      readonly batch: number;
      readonly callers: number;
    }
  | { readonly kind: 'end' };

/** One way of enqueueing. */
export interface EnqueueWay {
  readonly over: 'calls' | 'HTTP';
  /** Messages in a call, or in a request. */
  readonly batch: number;
  readonly callers: number;
}

export interface EnqueueTexts {
  readonly phoneNumber: string;
  readonly content: string;
}

export function textsOf(count: number): readonly EnqueueTexts[] {
  return Array.from({ length: count }, (_, index) => ({
    phoneNumber: '+905551234567',
    content: `Your order ${index} has been shipped and will be with you tomorrow between nine and twelve.`,
  }));
}
