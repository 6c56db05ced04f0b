import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** One text or several: a list in YAML, or separated by commas. */
export function listOf(item: Kind<string>): Kind<readonly string[]> {
  return {
    schema: v.pipe(
      v.union([v.array(v.string()), v.string()]),
      v.transform((given) => (typeof given === 'string' ? partsOf(given) : given)),
      v.minLength(1),
      v.everyItem((part) => v.is(item.schema, part)),
    ),
    allowed: `${item.allowed}; or several of them, as a list or separated by commas`,
    whyNot: (given) => {
      const parts = typeof given === 'string' ? partsOf(given) : Array.isArray(given) ? given : [];
      return parts.map((part) => item.whyNot?.(part) ?? null).find((why) => why !== null) ?? null;
    },
  };
}

function partsOf(given: string): readonly string[] {
  return given.split(',').map((part) => part.trim());
}
