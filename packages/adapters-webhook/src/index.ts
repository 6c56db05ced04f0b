/**
 * Senders that deliver messages over HTTP.
 * @module @messaging-system/adapters-webhook
 */

// First, or undici's import fails on an older Node.js with an error that does not say why.
import '@messaging-system/core/supported-runtime';

export type { AddressPolicy } from './address-guard.ts';
export type { ClientCredentials, RequestAuth } from './auth/request-auth.ts';
export { type CheckedConnection, checkConnection } from './check-connection.ts';
export {
  type AcceptRule,
  type BodyTemplate,
  type Clause,
  type Encoding,
  KEEP_RESPONSES,
  type KeepResponses,
  type Method,
  type ProviderContract,
  type RejectRule,
  type StatusPattern,
  type Verdict,
} from './contract/provider-contract.ts';
export { UnbuildableMessageError } from './contract/unbuildable-message-error.ts';
export type { EnvironmentProxies } from './environment-proxies.ts';
export type {
  BuiltRequest,
  HeadersHook,
  ProviderResponse,
  ReadResponse,
  SignRequest,
} from './hook-types.ts';
export { KyWebhookSender, type KyWebhookSenderOptions } from './ky-webhook-sender.ts';
export { PRESET_NAMES, type PresetName } from './presets/presets.ts';
export type { ContractChoice } from './presets/resolve-contract.ts';
export { previewRequest } from './preview-request.ts';
export { UndiciWebhookSender } from './undici-webhook-sender.ts';
export type { BodyFields, WebhookSenderOptions } from './webhook-sender-options.ts';
