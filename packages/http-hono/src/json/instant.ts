import * as v from 'valibot';

const RFC_3339 = /^(\d{4}-\d{2}-(\d{2}))T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/i;

const YEAR_0 = -62_167_219_200_000;
const YEAR_10000 = 253_402_300_800_000;

/**
 * Reads a `date-time` of RFC 3339, section 5.6, as epoch ms; null for anything else, days that the month does not have and
 * leap seconds among it. Digits beyond the millisecond are cut off.
 */
export function parseInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, date, day, time, fraction = '', sign, hours = '0', minutes = '0'] = match;
  const local = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  // A `Date` counts a day that the month does not have on into the next one.
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day)) return null;
  if (text.slice(11, 13) === '24' || Number(hours) > 23 || Number(minutes) > 59) return null;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? local + offsetMs : local - offsetMs;
}

/** Writes epoch ms as an RFC 3339 date-time in UTC with milliseconds; null for null and for years that it can't name. */
export function formatInstant(instant: number | null): string | null {
  if (instant === null || !(instant >= YEAR_0 && instant < YEAR_10000)) return null;
  return new Date(instant).toISOString();
}

/** The same as Go's `time.RFC3339Nano` writes it: without trailing zeros of the fraction. */
export function formatInstantAsGo(instant: number | null): string | null {
  return formatInstant(instant)?.replace(/\.?0*Z$/, 'Z') ?? null;
}

/** The same with these instants as text; null is one that is not there, or that RFC 3339 can't name. */
export type AsText<Value, Instant extends keyof Value> = Omit<Value, Instant> &
  Readonly<Record<Instant, string | null>>;

/** The output of `formatInstant`, for answers. */
export const instantTextSchema: v.GenericSchema<string | null> = v.nullable(
  v.pipe(v.string(), v.isoTimestamp()),
);

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
