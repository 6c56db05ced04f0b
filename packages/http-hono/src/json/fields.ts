import * as v from 'valibot';

/** Text that every store can keep: no lone surrogates, which UTF-8 has no bytes for. */
export const textSchema: v.GenericSchema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed(), 'must be well-formed Unicode'),
);

/** The schema, with what is documented of it. */
export function described<Value>(
  schema: v.GenericSchema<Value>,
  description: string,
): v.GenericSchema<Value> {
  return v.pipe(schema, v.description(description));
}

/** A whole number from 0. */
export const countSchema: v.GenericSchema<number> = v.pipe(v.number(), v.integer(), v.minValue(0));

const MAX_LIMIT = 1000;
const PROBLEM = `must be a whole number from 1 to ${MAX_LIMIT}`;

/** A `limit` parameter: digits, after a plus if need be, as Go's `strconv.Atoi` reads them. The route applies the default. */
export function limitSchema(byDefault: number): v.GenericSchema<string, number> {
  return v.pipe(
    v.string(PROBLEM),
    v.check((text) => /^\+?\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT, PROBLEM),
    v.metadata({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: byDefault }),
    v.transform(Number),
  );
}
