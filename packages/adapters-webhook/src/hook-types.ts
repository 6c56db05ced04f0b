import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome } from '@messaging-system/core/adapter';

/** A request as code of the embedding app sees it. */
export interface BuiltRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A response as code of the embedding app sees it. */
export interface ProviderResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, up to the cap. */
  readonly body: Buffer;
  /** Whether all of the body came, and within the cap. */
  readonly isWhole: boolean;
}

export type MoreHeaders = Readonly<Record<string, string>>;

export type HeadersHook = (
  message: Message,
  context: Pick<SendContext, 'attempt'>,
) => MoreHeaders | Promise<MoreHeaders>;

export type SignRequest = (request: BuiltRequest) => MoreHeaders | Promise<MoreHeaders>;

/** Returns the outcome of a response; null leaves it to the rules of the contract, or to the usual table. */
export type ReadResponse = (response: ProviderResponse) => SendOutcome | null;
