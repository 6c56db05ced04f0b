import * as v from 'valibot';
import type { Kind } from '../setting.ts';

export const flag: Kind<boolean> = {
  schema: v.union([
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((given) => given === 'true'),
    ),
  ]),
  allowed: 'true or false',
};
