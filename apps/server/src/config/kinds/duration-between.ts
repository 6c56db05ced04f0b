import * as v from 'valibot';
import { formatDuration, parseDuration } from '../duration.ts';
import type { Kind } from '../setting.ts';

/** The value is in milliseconds. A number without a unit is refused: nobody could tell seconds from milliseconds. */
export function durationBetween(minimumMs: number, maximumMs: number): Kind<number> {
  return {
    schema: v.pipe(
      v.string(),
      v.transform(parseDuration),
      v.number(),
      v.minValue(minimumMs),
      v.maxValue(maximumMs),
    ),
    allowed: `a duration such as 500ms, 15s, 2m, 24h or 1h30m, from ${formatDuration(minimumMs)} to ${formatDuration(maximumMs)}`,
    show: formatDuration,
  };
}
