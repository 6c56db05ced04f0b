import type { Document } from 'mongodb';

/** Aggregation expressions over fields whose types nobody vouches for. */
export const isDate = (field: string): Document => ({ $eq: [{ $type: field }, 'date'] });

export const isText = (field: string): Document => ({ $eq: [{ $type: field }, 'string'] });

/** The count in the field, 0 where there is none. */
export const countIn = (field: string): Document => ({
  $max: [0, { $cond: [{ $isNumber: field }, { $trunc: field }, 0] }],
});

export const arrayIn = (field: string): Document => ({ $cond: [{ $isArray: field }, field, []] });

/** A value as it is: text that begins with a dollar would be a field, an object an expression. */
export const literal = (value: unknown): Document => ({ $literal: value });

/** In `$set`: the field goes, or does not come. */
export const REMOVED = '$$REMOVE';
