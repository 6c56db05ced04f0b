import * as v from 'valibot';
import { parseInstant } from '../wire/instant.ts';

/** An RFC 3339 date-time as text, for answers. */
export const instantTextSchema: v.GenericSchema<string> = v.pipe(v.string(), v.isoTimestamp());

const NO_INSTANT = 'must be an RFC 3339 date-time with an offset, such as 2030-01-31T12:00:00Z';

/** An RFC 3339 date-time of a request; read as epoch ms. */
export function instantSchema(description: string): v.GenericSchema<string, number> {
  return v.pipe(
    v.string(NO_INSTANT),
    v.check((text) => parseInstant(text) !== null, NO_INSTANT),
    v.metadata({ format: 'date-time', description, examples: ['2030-01-31T12:00:00Z'] }),
    // The check before it has let none through that is null.
    v.transform((text) => parseInstant(text) ?? Number.NaN),
  );
}
