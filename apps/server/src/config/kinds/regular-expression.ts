import * as v from 'valibot';
import type { Kind } from '../setting.ts';

export const regularExpression: Kind<RegExp> = {
  schema: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.check(compiles),
    v.transform((given) => new RegExp(given, 'u')),
  ),
  allowed: 'a regular expression, without slashes',
  show: ({ source }) => source,
};

function compiles(given: string): boolean {
  try {
    return new RegExp(given, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
