/**
 * For the receiving side: verifies signatures and drops duplicates.
 * @module @messaging-system/receiver
 */

export type { Answer } from './answer.ts';
export { Delivery } from './delivery.ts';
export type { IncomingHeaders } from './header-of.ts';
export { MemorySeenStore } from './memory-seen-store.ts';
export { receiveRequest } from './receive-request.ts';
export { ReceiverError, type ReceiverErrorCode } from './receiver-error.ts';
export type { ReceiverEvent } from './receiver-event.ts';
export type { Begun, SeenStore } from './seen-store.ts';
export {
  type Handled,
  type Handler,
  type HandlerResult,
  WebhookReceiver,
  type WebhookReceiverOptions,
} from './webhook-receiver.ts';
export {
  type Incoming,
  type RefusalReason,
  type Verdict,
  WebhookVerifier,
  type WebhookVerifierOptions,
} from './webhook-verifier.ts';
