import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Clock, Message } from '@messaging-system/core';
import type { AddressPolicy } from './address-guard.ts';

/** The options of every sender of this package; only `url` is needed. */
export interface WebhookSenderOptions {
  /** http or https, without user name and password. */
  readonly url: string | URL;
  /** Sent in `apiKeyHeader`; left out when absent. */
  readonly apiKey?: string | undefined;
  /** Default `x-ins-auth-key`. */
  readonly apiKeyHeader?: string | undefined;
  /** Sent with every request. Those that the protocol or the sender itself sets can't be given. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The body's field names; default `to` and `content`. */
  readonly fields?: BodyFields | undefined;
  /** Makes the body, to be encoded as JSON, in place of the two fields. If it throws, the message is tried again later and the outcome carries what was thrown. */
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
   * `addressPolicy: 'public'` cannot be combined with it and is refused.
   */
  readonly proxy?: string | URL | undefined;
  /** In place of the system's look-up of names. The address policy is applied to what it answers. */
  readonly lookup?: LookupFunction | undefined;
  /** A private certificate authority, or a client certificate. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername'> | undefined;
  /** For `webhook-timestamp` and for dates in `Retry-After`; default the system's. */
  readonly clock?: Clock | undefined;
}

export interface BodyFields {
  readonly to?: string | undefined;
  readonly content?: string | undefined;
}
