import * as v from 'valibot';
import { textSchema } from './text.ts';

const MAX_LENGTH = 255;
const LENGTH_PROBLEM = `must have 1 to ${MAX_LENGTH} characters`;

export const idempotencyKeySchema: v.GenericSchema<string> = v.pipe(
  textSchema,
  v.minLength(1, LENGTH_PROBLEM),
  v.maxLength(MAX_LENGTH, LENGTH_PROBLEM),
  v.description('The same key stores one message, however often it is asked for.'),
);

/**
 * The value of an `Idempotency-Key` header: bare, or in double quotes as the IETF draft has it (a string of RFC 9651, section
 * 3.3.3), which are no part of the key. Printable ASCII: bytes beyond have no agreed meaning in a header.
 */
export const idempotencyKeyHeaderSchema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
  v.check(
    isOneValue,
    'is given twice, or has a comma: give it once, and a key with a comma in double quotes',
  ),
  v.description('The same as idempotencyKey of the body, for a single message.'),
  v.transform(unquote),
  idempotencyKeySchema,
);

const QUOTED = /^"(?:[^"\\]|\\["\\])*"$/;

/** Repeated headers arrive as one value, joined with commas (RFC 9110, section 5.3). A bare key with a comma cannot be told from two. */
function isOneValue(value: string): boolean {
  return !value.includes(',') || QUOTED.test(value);
}

function unquote(value: string): string {
  return QUOTED.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
}
