import * as v from 'valibot';

/** A finite number, as such or as decimal text; `Number` alone would also take '', ' 1 ' and '0x1'. */
export const numeric: v.GenericSchema<unknown, number> = v.union([
  v.pipe(v.number(), v.finite()),
  v.pipe(v.string(), v.regex(/^-?\d+(?:\.\d+)?$/), v.transform(Number), v.finite()),
]);
