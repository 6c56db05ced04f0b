import type { WebhookSender } from '@messaging-system/core';
import type { Closable } from '../define-contract.ts';

/** What the receiver does with the next request. */
export type ReceiverBehaviour =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  /** Reads the request and never answers. */
  | { readonly kind: 'hang' }
  /** Reads the request and resets the connection. */
  | { readonly kind: 'reset' }
  /** Sends the status line and a part of the body, then resets. */
  | { readonly kind: 'reset_in_body'; readonly status: number }
  /** Nobody listens. */
  | { readonly kind: 'refuse' };

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A sender in front of a real receiver on loopback. */
export interface WebhookSenderHarness extends Closable {
  readonly sender: WebhookSender;
  /** The send time-out that the sender was opened with; keep it below 500 so that the cases are quick. */
  readonly timeoutMs: number;
  /** Sets what the receiver does from now on. */
  behave(behaviour: ReceiverBehaviour): Promise<void>;
  /** What arrived, oldest first. */
  received(): readonly ReceivedRequest[];
}
