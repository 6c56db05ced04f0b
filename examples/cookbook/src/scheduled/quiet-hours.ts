export interface QuietHours {
  /** The first quiet hour, 0 to 23, in `timeZone`. */
  readonly from: number;
  /** The first hour that is not quiet again. */
  readonly until: number;
  /** An IANA name, such as `Europe/Istanbul`. */
  readonly timeZone: string;
}

const QUARTER_MS = 900_000;

/** This instant, or the first quarter of an hour after it that is not quiet. Epoch ms. */
export function afterQuietHours(at: number, { from, until, timeZone }: QuietHours): number {
  for (const hour of [from, until]) {
    if (!Number.isInteger(hour) || hour < 0 || hour > 23)
      throw new RangeError(`${hour} is not an hour of a day`);
  }
  const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone });
  const isQuiet = (instant: number): boolean => {
    const hour = Number(clock.format(instant));
    return from <= until ? from <= hour && hour < until : from <= hour || hour < until;
  };
  let candidate = at;
  // By quarters, because that is what time zones differ by, and clocks change on: nothing else has to be known of them.
  while (isQuiet(candidate)) candidate = (Math.floor(candidate / QUARTER_MS) + 1) * QUARTER_MS;
  return candidate;
}
