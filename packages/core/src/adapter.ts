/**
 * For authors of adapters: ports, transitions and rules.
 * @module @messaging-system/core/adapter
 */

// The door of those who write an adapter: a store, a cache, a sender, or a surface such as an HTTP API. They also use index.ts, which has
// Message, the errors, and the results that Messages passes on. No name is at both doors but Clock, a port that apps pass around themselves.
export { checkMethods, checkOptions, type OptionNames } from './check-given.ts';
export type { DispatchReport } from './dispatch/dispatch-report.ts';
export { dispatcherOptions } from './dispatch/dispatcher-options.ts';
export {
  type DispatcherFailure,
  type DispatcherPace,
  type DispatcherState,
  STOPPED_STATUS,
} from './dispatch/dispatcher-status.ts';
export type { FaultCode } from './errors.ts';
export type { MessagingEventType } from './events/messaging-event.ts';
export { type AttemptResponse, KEPT_RESPONSES } from './message/attempt-response.ts';
export {
  countOf,
  type DeliveryAttempt,
  isRedrivenBetween,
  KEPT_ATTEMPTS,
  readAttempt,
} from './message/delivery-attempt.ts';
export type {
  InsertConflict,
  InsertedItem,
  InsertResult,
  StoredInConflict,
} from './message/insert-result.ts';
export {
  beginAttempt,
  type ClaimedMessage,
  type ClaimRequest,
  claim,
  claimedMessage,
  extendLease,
  isDue,
  isFree,
  isHeldBy,
  type LeaseResult,
  release,
} from './message/lease-transitions.ts';
export { EXACT_COUNT_LIMIT, type StatusCount } from './message/listing.ts';
export { isSameRequest, type NewMessage } from './message/message.ts';
export { brokenRules, type MessageRules, type RuleProblem } from './message/message-rules.ts';
export { isMessageStatus, MESSAGE_STATUSES } from './message/message-status.ts';
export {
  METADATA_RULES,
  type Metadata,
  type MetadataProblem,
  metadataProblems,
  readMetadata,
  withMetadata,
} from './message/metadata.ts';
export { ObjectIdFactory } from './message/object-id.ts';
export {
  cancel,
  type EraseResult,
  isRedrivableSince,
  REDRIVABLE_STATUSES,
  redrive,
  waitsForRetry,
} from './message/operator-transitions.ts';
export { readAttempts, readCount, readInstant, readText } from './message/read-field.ts';
export type { PreviewedMessage, RequestPreview } from './message/request-preview.ts';
export type { Accepted, Ambiguous, Permanent, Retryable, SendOutcome } from './message/send-outcome.ts';
export { settle } from './message/settle-transition.ts';
export type { Ack, DeadLetter, Hold, Nack, Settlement } from './message/settlement.ts';
export {
  type FreeMessage,
  type Lease,
  type LeasedMessage,
  type StoredMessage,
  storedFrom,
  storedMessage,
} from './message/stored-message.ts';
export { validTraceparent } from './message/traceparent.ts';
export type { EnqueueProblem } from './messages/enqueue-request.ts';
export { activeSpan, traceOf } from './messages/trace-of.ts';
export { AMBIGUITY_POLICIES, type AmbiguityPolicy } from './policy/ambiguity-policy.ts';
export type { BreakerPolicy, BreakerStatus } from './policy/circuit-breaker.ts';
export { type ClaimFinding, ClaimStart, THOROUGH_TURN } from './policy/claim-start.ts';
export type { RetryPolicy } from './policy/retry-policy.ts';
export { inBatches, upTo } from './ports/batches.ts';
export type { Clock } from './ports/clock.ts';
export type { DeliveryReconciler, Reconciliation } from './ports/delivery-reconciler.ts';
export type { DeliveryStop, MessageQueue } from './ports/message-queue.ts';
export type { MessageRecords } from './ports/message-records.ts';
export type { MessageRepository } from './ports/message-repository.ts';
export type { Random } from './ports/random.ts';
export type { SentCache, SentRecord } from './ports/sent-cache.ts';
export type { StopSignal } from './ports/stop-signal.ts';
export type { TraceContext } from './ports/trace-context.ts';
export type { SendContext, WebhookSender } from './ports/webhook-sender.ts';
