import type { CancelFilter, CancelReport, EraseReport, RedriveFilter } from '@messaging-system/core';
import { REDRIVABLE_STATUSES } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { countSchema, described, textSchema } from '../json/fields.ts';
import { instantSchema } from '../json/instant.ts';

const phoneNumber = v.pipe(textSchema, v.minLength(1, 'must not be empty'));

/** Which unsent messages to cancel, as a client writes it. */
export interface CancelFilterJson {
  readonly status: 'unsent';
  readonly phoneNumber?: string;
  /** RFC 3339. */
  readonly createdFrom?: string;
  /** RFC 3339. */
  readonly createdBefore?: string;
}

export const cancelFilterSchema: v.GenericSchema<unknown, CancelFilter & { readonly status: 'unsent' }> =
  v.strictObject({
    status: v.literal('unsent', 'must be unsent'),
    phoneNumber: v.exactOptional(phoneNumber),
    createdFrom: v.exactOptional(instantSchema('Created then or later.')),
    createdBefore: v.exactOptional(instantSchema('Created earlier.')),
  });

export const cancelReportSchema: v.GenericSchema<CancelReport> = v.strictObject({
  cancelled: countSchema,
  inFlight: described(countSchema, 'How many that match were under way at the moment, and so stay.'),
});

export const redriveFilterSchema: v.GenericSchema<unknown, RedriveFilter> = v.strictObject({
  status: described(
    v.picklist(REDRIVABLE_STATUSES, 'must be failed, unknown or unsent'),
    '`unsent` is those that wait for their next attempt: each is due at once, its attempts stay.',
  ),
  phoneNumber: v.exactOptional(phoneNumber),
});

export const redrivenSchema: v.GenericSchema<{ readonly redriven: number }> = v.strictObject({
  redriven: countSchema,
});

export const eraseRequestSchema: v.GenericSchema<unknown, { readonly phoneNumber: string }> = v.strictObject({
  phoneNumber,
});

export const eraseReportSchema: v.GenericSchema<EraseReport> = v.strictObject({
  erased: countSchema,
  inFlightIds: described(
    v.array(v.string()),
    'Under way at the moment and so not erased: ask again when they are settled.',
  ),
  copiesRemain: v.exactOptional(
    described(
      v.boolean(),
      "Copies of what was erased are still in the store's own files, because somebody reads them: ask again.",
    ),
  ),
});
