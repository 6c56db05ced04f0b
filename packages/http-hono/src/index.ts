export type { ApiCaller, ApiKeyOption, ApiKeysOption, NamedApiKey } from './access/api-keys.ts';
export { ClientAddress } from './access/client-address.ts';
export { type DeliverySwitch, deliverySwitchOf } from './access/delivery-switch.ts';
export type { Operation, OperatorAction } from './access/operations.ts';
export type { RefusedKey } from './access/refused-keys.ts';
export { requireScope } from './access/require-scope.ts';
export { SCOPES, type Scope } from './access/scope.ts';
export { createHttpApp } from './create-http-app.ts';
export { createDashboard } from './dashboard/create-dashboard.ts';
export type { DashboardDependencies, DashboardOptions } from './dashboard/dashboard-dependencies.ts';
export { DashboardFeed, type DashboardFeedOptions } from './dashboard/dashboard-feed.ts';
export type { ErrorCode } from './errors/error-code.ts';
export type { HttpFault } from './errors/on-error.ts';
export type { EventJson } from './events/event-json.ts';
export { LiveEvents, type LiveEventsOptions } from './events/live-events.ts';
export type { HealthCheck, HealthReport } from './health/health-check.ts';
export type {
  DispatcherUseCases,
  HttpAppDependencies,
  MessagesUseCases,
  ProcessorStatus,
} from './http-app-dependencies.ts';
export type { HttpApp, HttpEnv } from './http-env.ts';
export { DEFAULT_HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
export type { BrowserGuard } from './middleware/refuse-other-sites.ts';
export type { MetricsSource } from './routes/metrics.ts';
export {
  type SandboxDelivery,
  SandboxReceiver,
  type SandboxReceiverOptions,
} from './sandbox/sandbox-receiver.ts';
export type { EnqueueJson } from './schemas/enqueue.ts';
export type { AttemptJson, MessageJson, MessagePageJson } from './schemas/message.ts';
export type { BreakerJson, ProcessorJson } from './schemas/processor.ts';
export type { ReadinessJson } from './schemas/readiness.ts';
export type { SentMessageJson } from './schemas/sent-message.ts';
export type { WorkersStatus } from './schemas/workers.ts';
export { type SmsSegments, smsSegments } from './wire/sms-segments.ts';
