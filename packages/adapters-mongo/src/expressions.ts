import type { Document } from 'mongodb';

/** Aggregation expressions over fields whose types nobody vouches for. */
export const isDate = (field: string): Document => ({ $eq: [{ $type: field }, 'date'] });

export const isText = (field: string): Document => ({ $eq: [{ $type: field }, 'string'] });

/** The count in the field, 0 where there is none that can be read: what the reader takes for 0 must not be more here, or it would never grow. */
export const countIn = (field: string): Document => ({
  $cond: [
    { $and: [{ $isNumber: field }, { $gte: [field, 0] }, { $lte: [field, Number.MAX_SAFE_INTEGER] }] },
    { $trunc: field },
    0,
  ],
});

export const arrayIn = (field: string): Document => ({ $cond: [{ $isArray: field }, field, []] });

/** A value as it is: text that begins with a dollar would be a field, an object an expression. */
export const literal = (value: unknown): Document => ({ $literal: value });

/** In `$set`: the field goes, or does not come. */
export const REMOVED = '$$REMOVE';
