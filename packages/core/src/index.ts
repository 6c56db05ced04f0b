export type { DispatchOnceResult, DispatchReport } from './dispatch/dispatch-report.ts';
export { Dispatcher, type DispatcherDependencies } from './dispatch/dispatcher.ts';
export {
  DEFAULT_DISPATCHER_OPTIONS,
  type DispatcherOptions,
  dispatcherOptions,
} from './dispatch/dispatcher-options.ts';
export type {
  DispatcherFailure,
  DispatcherPace,
  DispatcherState,
  DispatcherStatus,
} from './dispatch/dispatcher-status.ts';
export {
  BrokenAdapterError,
  type FaultCode,
  InvalidOptionsError,
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
  UnsupportedRuntimeError,
} from './errors.ts';
export { type DispatcherObserver, FanOutObserver } from './events/dispatcher-observer.ts';
export type { MessagingEvent, MessagingEventType } from './events/messaging-event.ts';
export {
  appendAttempt,
  countOf,
  type DeliveryAttempt,
  isRedrivenBetween,
  KEPT_ATTEMPTS,
} from './message/delivery-attempt.ts';
export {
  attemptsBeforeLease,
  beginAttempt,
  type ClaimRequest,
  claim,
  extendLease,
  isDue,
  isFree,
  isHeldBy,
  release,
} from './message/lease-transitions.ts';
export { isSameRequest, type Message, type NewMessage } from './message/message.ts';
export {
  brokenRules,
  DEFAULT_MESSAGE_RULES,
  type MessageRules,
  type RuleProblem,
} from './message/message-rules.ts';
export { isMessageStatus, MESSAGE_STATUSES, type MessageStatus } from './message/message-status.ts';
export { ObjectIdFactory } from './message/object-id.ts';
export {
  type CancelResult,
  cancel,
  isRedrivableSince,
  type RedriveResult,
  redrive,
  waitsForRetry,
} from './message/operator-transitions.ts';
export type { Accepted, Ambiguous, Permanent, Retryable, SendOutcome } from './message/send-outcome.ts';
export { settle } from './message/settle-transition.ts';
export type { Ack, DeadLetter, Hold, Nack, Settlement } from './message/settlement.ts';
export { type StoredMessage, storedFrom, toMessage } from './message/stored-message.ts';
export { validTraceparent } from './message/traceparent.ts';
export { activeSpan } from './messages/active-span.ts';
export type { EnqueueProblem, EnqueueRequest } from './messages/enqueue-request.ts';
export { Messages, type MessagesDependencies } from './messages/messages.ts';
export type {
  CancelFilter,
  CancelReport,
  EnqueueManyResult,
  EnqueueResult,
  EraseReport,
  PruneOptions,
  PruneResult,
} from './messages/messages-results.ts';
export { AMBIGUITY_POLICIES, type AmbiguityPolicy } from './policy/ambiguity-policy.ts';
export {
  type BreakerPolicy,
  type BreakerStatus,
  CircuitBreaker,
  DEFAULT_BREAKER_POLICY,
  type EndpointHealth,
} from './policy/circuit-breaker.ts';
export { RateLimiter } from './policy/rate-limiter.ts';
export { DEFAULT_RETRY_POLICY, type RetryPolicy, retryDelayMs } from './policy/retry-policy.ts';
export type { Clock } from './ports/clock.ts';
export type { DeliveryReconciler, Reconciliation } from './ports/delivery-reconciler.ts';
export {
  type ClaimedMessage,
  type DeliveryStop,
  type EraseResult,
  EXACT_COUNT_LIMIT,
  type InsertConflict,
  type InsertedItem,
  type InsertResult,
  type LeaseResult,
  type ListQuery,
  type ListResult,
  type MessageRepository,
  REDRIVABLE_STATUSES,
  type RedriveFilter,
  type StatusCount,
  type StatusCounts,
  type StoredInConflict,
} from './ports/message-repository.ts';
export type { Random } from './ports/random.ts';
export type { SentCache, SentRecord } from './ports/sent-cache.ts';
export type { StopSignal } from './ports/stop-signal.ts';
export type { TraceContext } from './ports/trace-context.ts';
export type { SendContext, WebhookSender } from './ports/webhook-sender.ts';
