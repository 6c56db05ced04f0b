import * as v from 'valibot';
import type { Kind } from '../setting.ts';
import { numeric } from './numeric.ts';

export function wholeNumber(minimum: number, maximum: number): Kind<number> {
  return {
    schema: v.pipe(numeric, v.integer(), v.minValue(minimum), v.maxValue(maximum)),
    allowed: `a whole number from ${minimum} to ${maximum}`,
  };
}
