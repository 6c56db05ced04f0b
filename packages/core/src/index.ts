/**
 * For apps: messages, the dispatcher, and the errors.
 * @module @messaging-system/core
 */

// The door of those who use Messages and Dispatcher. Here is what their constructors and methods take, give and throw. Parts of these types
// and all that a port needs are in adapter.ts.
export type { DispatchOnceResult } from './dispatch/dispatch-report.ts';
export { Dispatcher, type DispatcherDependencies } from './dispatch/dispatcher.ts';
export { DEFAULT_DISPATCHER_OPTIONS, type DispatcherOptions } from './dispatch/dispatcher-options.ts';
export type { DispatcherStatus } from './dispatch/dispatcher-status.ts';
export {
  BrokenAdapterError,
  InvalidOptionsError,
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
  UnsupportedRuntimeError,
} from './errors.ts';
export { type DispatcherObserver, FanOutObserver } from './events/dispatcher-observer.ts';
export type { MessagingEvent } from './events/messaging-event.ts';
export type { ListQuery, ListResult, StatusCounts } from './message/listing.ts';
export type { Message } from './message/message.ts';
export { DEFAULT_MESSAGE_RULES } from './message/message-rules.ts';
export type { MessageStatus } from './message/message-status.ts';
export type { CancelResult, RedriveFilter, RedriveResult } from './message/operator-transitions.ts';
export type { EnqueueRequest } from './messages/enqueue-request.ts';
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
export { DEFAULT_BREAKER_POLICY } from './policy/circuit-breaker.ts';
export { DEFAULT_RETRY_POLICY } from './policy/retry-policy.ts';
export type { Clock } from './ports/clock.ts';
