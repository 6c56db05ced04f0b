import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Clock, Message } from '@messaging-system/core';
import type { OptionNames } from '@messaging-system/core/adapter';
import type { AddressPolicy } from './address-guard.ts';
import type { RequestAuth } from './auth/request-auth.ts';
import type { KeepResponses } from './contract/provider-contract.ts';
import type { EnvironmentProxies } from './environment-proxies.ts';
import type { HeadersHook, ReadResponse, SignRequest } from './hook-types.ts';
import type { ContractChoice } from './presets/resolve-contract.ts';

/** The options of every sender of this package; only `url` is needed, and not even that where a preset has one. */
export interface WebhookSenderOptions {
  /** http or https, without user name and password. Of a contract it may have holes. */
  readonly url?: string | URL | undefined;
  /** How the provider is called and what its responses mean; default `{ preset: 'go-service' }`. */
  readonly contract?: ContractChoice | undefined;
  /** How requests show who they come from; default not at all. */
  readonly auth?: RequestAuth | undefined;
  /** Of which attempts the beginning of the response is kept with the message; default `failures` with a contract, else `none`. */
  readonly keepResponses?: KeepResponses | undefined;
  /** Further texts to take out of what is kept of responses, as those of `auth` are. */
  readonly secrets?: readonly string[] | undefined;
  /** Adds headers to the finished request, such as those of AWS Signature Version 4. If it throws, nothing is sent and the outcome is retryable, `hook_failed`. */
  readonly signRequest?: SignRequest | undefined;
  /**
   * Says what a response means, before the rules; null leaves it to them. If it throws, the outcome is ambiguous, `response_hook_failed`.
   */
  readonly readResponse?: ReadResponse | undefined;
  /** Sent in `apiKeyHeader`; left out when absent. */
  readonly apiKey?: string | undefined;
  /** Default `x-ins-auth-key`. */
  readonly apiKeyHeader?: string | undefined;
  /** Sent with every request, or a function that makes them for each. Those that the protocol or the sender itself sets can't be given. */
  readonly headers?: Readonly<Record<string, string>> | HeadersHook | undefined;
  /** The body's field names; default `to` and `content`. */
  readonly fields?: BodyFields | undefined;
  /** Makes the body, to be encoded as JSON (or as the contract says), in place of the two fields. If it throws, the message is tried again later and the outcome carries what was thrown; an `UnbuildableMessageError` fails the message permanently. */
  readonly buildBody?: ((message: Message) => unknown) | undefined;
  /** The statuses that accept; default every 2xx. A 2xx that is not among them is ambiguous. */
  readonly acceptedStatuses?: readonly number[] | undefined;
  /**
   * Statuses from 300 to 599 after which the message may have been accepted all the same, in addition to those that gateways use for it (see
   * `classifyAnswer`): a gateway that answers 503 when the receiver takes too long, while the work goes on. They are ambiguous, and a `Retry-After` with
   * them is not read.
   */
  readonly ambiguousStatuses?: readonly number[] | undefined;
  /** How long one send may take, from the call to its outcome; default 15,000. Give the dispatcher the same. */
  readonly timeoutMs?: number | undefined;
  /** How much of an answer's body is read; default 65,536. */
  readonly maxAnswerBytes?: number | undefined;
  /** The most connections, opened as they are needed; default 256. */
  readonly connections?: number | undefined;
  /**
   * Whether a connection is used for several requests; default true. False for receivers, or firewalls before them, that close idle connections without a
   * sign: a request that is written to such a connection ends ambiguous.
   */
  readonly keepAlive?: boolean | undefined;
  /** Each adds a signature to `webhook-signature`: two while a secret is changed. `whsec_` and base64, or any text. */
  readonly signingSecrets?: readonly string[] | undefined;
  /** Default `any`. */
  readonly addressPolicy?: AddressPolicy | undefined;
  /**
   * An HTTP proxy that every delivery goes through: http or https, without user name and password. It looks up the receiver's name itself, so
   * `addressPolicy: 'public'` cannot be combined with it and is refused. Or the proxies of an environment, of which each receiver's own is used.
   */
  readonly proxy?: string | URL | EnvironmentProxies | undefined;
  /** In place of the system's look-up of names. The address policy is applied to what it answers. */
  readonly lookup?: LookupFunction | undefined;
  /** A private certificate authority, or a client certificate. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername'> | undefined;
  /** For `webhook-timestamp` and for dates in `Retry-After`; default the system's. */
  readonly clock?: Clock | undefined;
}

export const SENDER_OPTION_NAMES: OptionNames<WebhookSenderOptions> = {
  url: true,
  contract: true,
  auth: true,
  keepResponses: true,
  secrets: true,
  signRequest: true,
  readResponse: true,
  apiKey: true,
  apiKeyHeader: true,
  headers: true,
  fields: true,
  buildBody: true,
  acceptedStatuses: true,
  ambiguousStatuses: true,
  timeoutMs: true,
  maxAnswerBytes: true,
  connections: true,
  keepAlive: true,
  signingSecrets: true,
  addressPolicy: true,
  proxy: true,
  lookup: true,
  tls: true,
  clock: true,
};

export interface BodyFields {
  readonly to?: string | undefined;
  readonly content?: string | undefined;
}
