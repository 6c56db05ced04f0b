import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** One text or several: a list in YAML, or separated by commas. */
export function listOf(item: Kind<string>): Kind<readonly string[]> {
  return {
    schema: v.pipe(
      v.union([v.array(v.string()), v.string()]),
      v.transform((given) =>
        typeof given === 'string' ? given.split(',').map((part) => part.trim()) : given,
      ),
      v.minLength(1),
      v.everyItem((part) => v.is(item.schema, part)),
    ),
    allowed: `${item.allowed}; or several of them, as a list or separated by commas`,
  };
}
