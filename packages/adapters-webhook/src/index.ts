/**
 * Senders that deliver messages over HTTP.
 * @module @messaging-system/adapters-webhook
 */

export type { AddressPolicy } from './address-guard.ts';
export { type CheckedConnection, checkConnection } from './check-connection.ts';
export { KyWebhookSender, type KyWebhookSenderOptions } from './ky-webhook-sender.ts';
export { UndiciWebhookSender } from './undici-webhook-sender.ts';
export type { BodyFields, WebhookSenderOptions } from './webhook-sender-options.ts';
