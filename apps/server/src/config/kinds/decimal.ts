import * as v from 'valibot';
import type { Kind } from '../setting.ts';
import { numeric } from './numeric.ts';

export function decimal(minimum: number, maximum: number): Kind<number> {
  return {
    schema: v.pipe(numeric, v.minValue(minimum), v.maxValue(maximum)),
    allowed: `a number from ${minimum} to ${maximum}`,
  };
}
