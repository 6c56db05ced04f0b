import * as v from 'valibot';
import type { Kind } from '../setting.ts';
import { numeric } from './numeric.ts';

/** One HTTP status of a refusal or several: a number or a list in YAML, or separated by commas. */
export const httpStatuses: Kind<readonly number[]> = {
  schema: v.pipe(
    v.union([v.array(v.unknown()), v.number(), v.string()]),
    v.transform((given) =>
      typeof given === 'string'
        ? given.split(',').map((part) => part.trim())
        : Array.isArray(given)
          ? given
          : [given],
    ),
    v.array(v.pipe(numeric, v.integer(), v.minValue(300), v.maxValue(599))),
    v.minLength(1),
  ),
  allowed: 'HTTP statuses from 300 to 599, as a list or separated by commas',
};
