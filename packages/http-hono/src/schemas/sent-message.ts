import * as v from 'valibot';
import { instantTextSchema } from './instant.ts';
import { limitSchema } from './limit.ts';

/** A sent message as the Go service lists it: these fields, in this order. */
export interface SentMessageJson {
  readonly id: string;
  /** Empty where the receiver gave none: a Go string is never null. */
  readonly webhookMessageId: string;
  readonly phoneNumber: string;
  readonly content: string;
  readonly status: 'sent';
  /** Null where another service never stored it. */
  readonly sentAt: string | null;
}

export const sentMessageSchema: v.GenericSchema<SentMessageJson> = v.strictObject({
  id: v.string(),
  webhookMessageId: v.pipe(v.string(), v.description('Empty where the receiver gave none.')),
  phoneNumber: v.string(),
  content: v.string(),
  status: v.literal('sent'),
  sentAt: v.nullable(instantTextSchema),
});

export const sentMessagesSchema: v.GenericSchema<readonly SentMessageJson[]> = v.array(sentMessageSchema);

export const DEFAULT_SENT_LIMIT = 10;

export const sentMessagesQuerySchema: v.GenericSchema<unknown, { readonly limit?: number }> = v.object({
  limit: v.exactOptional(limitSchema(DEFAULT_SENT_LIMIT)),
});
