import type { WebhookSender } from '@messaging-system/core/adapter';
import type { Closable } from '../define-contract.ts';

/** The receiver's behaviour for the next request. `startReceiver` plays all of them. */
export type ReceiverBehaviour =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  /** Reads the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends the status line and a part of the body, and no more. */
  | { readonly kind: 'hang_in_body'; readonly status: number }
  /** Sends the status line and a body that never ends. */
  | { readonly kind: 'endless_body'; readonly status: number }
  /** Reads the request and resets the connection. */
  | { readonly kind: 'reset' }
  /** Sends the status line and a part of the body, then resets. */
  | { readonly kind: 'reset_in_body'; readonly status: number }
  /** Reads the request and closes the connection without a word. */
  | { readonly kind: 'hang_up' }
  /** Reads the request and answers what is not HTTP. */
  | { readonly kind: 'garbage' }
  /** Reads the request and hands out how to answer it: `answer` writes a 200 to the socket before it returns. */
  | { readonly kind: 'held'; readonly onRequest: (answer: () => void) => void }
  /** Nobody listens. */
  | { readonly kind: 'refuse' };

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case; a name that came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A sender in front of a real receiver on loopback. */
export interface WebhookSenderHarness extends Closable {
  /** Its `timeoutMs` is below 500, so that the cases are quick. */
  readonly sender: WebhookSender;
  /** The sender's present time, epoch ms, when it reads a date in `Retry-After`. Absent means the machine's clock. */
  now?(): number;
  /** Sets what the receiver does from now on; until then it answers 200. */
  behave(behaviour: ReceiverBehaviour): Promise<void>;
  /** The requests that arrived, oldest first. */
  received(): readonly ReceivedRequest[];
}

/** A harness whose sender speaks the default wire format of this project. */
export interface WebhookWireFormatHarness extends WebhookSenderHarness {
  /** The sender's key, in `x-ins-auth-key`. */
  readonly apiKey: string;
  /** The sender's signing secrets, newest first, as Standard Webhooks writes them (`whsec_` and base64). */
  readonly signingSecrets: readonly string[];
}
