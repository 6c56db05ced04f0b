import * as v from 'valibot';
import { instantTextSchema } from './instant.ts';
import { limitSchema } from './limit.ts';

export interface AcceptedJson {
  readonly message: 'Accepted';
  readonly messageId: string;
}

export interface DeliveryJson {
  readonly messageId: string;
  readonly receivedAt: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON value, or the text where it is none. */
  readonly body: unknown;
}

export interface DeliveriesJson {
  readonly items: readonly DeliveryJson[];
  /** How many arrived in all; the oldest are forgotten. */
  readonly received: number;
}

export const acceptedSchema: v.GenericSchema<AcceptedJson> = v.strictObject({
  message: v.literal('Accepted'),
  messageId: v.pipe(v.string(), v.uuid()),
});

export const deliverySchema: v.GenericSchema<DeliveryJson> = v.strictObject({
  messageId: v.pipe(v.string(), v.uuid()),
  receivedAt: v.nullable(instantTextSchema),
  headers: v.record(v.string(), v.string()),
  body: v.pipe(v.unknown(), v.description('The JSON value, or the text where it is none.')),
});

export const deliveriesSchema: v.GenericSchema<DeliveriesJson> = v.strictObject({
  items: v.array(deliverySchema),
  received: v.pipe(v.number(), v.description('How many arrived in all; the oldest are forgotten.')),
});

export const DEFAULT_DELIVERIES_LIMIT = 50;

export const deliveriesQuerySchema: v.GenericSchema<unknown, { readonly limit?: number }> = v.strictObject({
  limit: v.exactOptional(limitSchema(DEFAULT_DELIVERIES_LIMIT)),
});
