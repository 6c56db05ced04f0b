/**
 * The HTTP API as a Hono app.
 * @module @messaging-system/http-hono
 */

export type { ApiCaller, ApiKeyOption, ApiKeysOption, NamedApiKey } from './access/api-keys.ts';
export { requireScope } from './access/authenticate.ts';
export { ClientAddress, isNetwork } from './access/client-address.ts';
export type { Operation, OperatorAction } from './access/operations.ts';
export type { BrowserGuard } from './access/other-sites.ts';
export type { RefusedKey } from './access/refused-keys.ts';
export { createHttpApp } from './create-http-app.ts';
export {
  createDashboard,
  type DashboardDependencies,
  DashboardFeed,
  type DashboardFeedOptions,
  type DashboardOptions,
} from './dashboard/index.ts';
export type { ErrorCode } from './errors/error-catalogue.ts';
export type { HttpFault } from './errors/on-error.ts';
export type { EventJson } from './events/event-json.ts';
export { LiveEvents, type LiveEventsOptions } from './events/live-events.ts';
export type { HealthCheck } from './health/health-checks.ts';
export type { MetricsSource } from './health/health-routes.ts';
export type { HttpAppDependencies } from './http-app-dependencies.ts';
export type { HttpApp, HttpEnv } from './http-env.ts';
export { DEFAULT_HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
export type { HealthReport, ReadinessJson, WorkersStatus } from './json/readiness-json.ts';
export { INTERRUPTED, mayHaveArrived } from './messages/earlier-attempts.ts';
export {
  type AttemptJson,
  isInstantField,
  MESSAGE_COLUMNS,
  MESSAGE_LABELS,
  type MessageJson,
  type MessagePageJson,
} from './messages/message-json.ts';
export { ENQUEUE_FIELDS, type EnqueueJson } from './messages/new-message.ts';
export { requestText } from './messages/request-text.ts';
export { type SmsSegments, smsSegments } from './messages/sms-segments.ts';
export type { SentMessageJson } from './processor/go-service-routes.ts';
export { type BreakerJson, deliveryStopJson, type ProcessorJson } from './processor/processor-json.ts';
export {
  type SandboxDelivery,
  SandboxReceiver,
  type SandboxReceiverOptions,
} from './sandbox/sandbox-receiver.ts';
export { SCOPES, type Scope } from './scope.ts';
export {
  type DeliverySwitch,
  type DispatcherUseCases,
  deliverySwitchOf,
  type MessagesUseCases,
  type ProcessorStatus,
} from './use-cases.ts';
