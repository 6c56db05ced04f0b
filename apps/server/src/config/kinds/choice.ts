import * as v from 'valibot';
import type { Kind } from '../setting.ts';

export function choice<const Option extends string>(options: readonly Option[]): Kind<Option> {
  return { schema: v.picklist(options), allowed: `one of ${options.join(', ')}` };
}
