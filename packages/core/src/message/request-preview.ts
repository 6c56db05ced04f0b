import type { Message } from './message.ts';

/** The part of a message that decides its request. */
export type PreviewedMessage = Pick<
  Message,
  'id' | 'phoneNumber' | 'content' | 'idempotencyKey' | 'expiresAt' | 'metadata'
>;

/** The request that a message would make, without any secret. */
export type RequestPreview =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The message can't be made into a request, for the reason with which it would fail. */
  | { readonly kind: 'unbuildable'; readonly reason: string };
