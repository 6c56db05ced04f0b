export type { ErrorCode } from '../errors/error-code.ts';
export type { EnqueueJson } from '../schemas/enqueue.ts';
export type { AttemptJson, MessageJson, MessagePageJson } from '../schemas/message.ts';
export type { BreakerJson, ProcessorJson } from '../schemas/processor.ts';
export type { ReadinessJson } from '../schemas/readiness.ts';
export type { DeliveriesJson, DeliveryJson } from '../schemas/sandbox.ts';
export type { SentMessageJson } from '../schemas/sent-message.ts';
export { ApiClientError } from './api-client-error.ts';
export { type ListOptions, MessagingClient, type MessagingClientOptions } from './messaging-client.ts';
