import * as v from 'valibot';

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
