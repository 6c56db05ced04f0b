import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** Text that a pattern describes. A number in YAML is refused: it would have lost its leading zeros by now. */
export function text(pattern: RegExp, allowed: string): Kind<string> {
  return { schema: v.pipe(v.string(), v.regex(pattern)), allowed };
}
