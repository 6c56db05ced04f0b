import type { ListQuery } from '@messaging-system/core';
import * as v from 'valibot';
import { limitSchema } from './limit.ts';
import { statusSchema } from './message.ts';

const phoneNumberParameter = v.pipe(
  v.string(),
  v.description(
    'A plus need not be escaped: a space at the beginning, which is what it decodes to, means one.',
  ),
  v.transform((text) => text.replace(/^ /, '+')),
);

export const DEFAULT_LIST_LIMIT = 50;

type ListParameters = Omit<ListQuery, 'limit'> & Partial<Pick<ListQuery, 'limit'>>;

export const listQuerySchema: v.GenericSchema<unknown, ListParameters> = v.strictObject({
  status: v.exactOptional(statusSchema),
  phoneNumber: v.exactOptional(phoneNumberParameter),
  limit: v.exactOptional(limitSchema(DEFAULT_LIST_LIMIT)),
  cursor: v.exactOptional(v.pipe(v.string(), v.description('`nextCursor` of an earlier page.'))),
});
