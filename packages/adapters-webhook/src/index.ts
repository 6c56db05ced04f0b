export type { AddressPolicy } from './address-guard.ts';
export { KyWebhookSender, type KyWebhookSenderOptions } from './ky-webhook-sender.ts';
export { UndiciWebhookSender } from './undici-webhook-sender.ts';
export type { BodyFields, WebhookSenderOptions } from './webhook-sender-options.ts';
