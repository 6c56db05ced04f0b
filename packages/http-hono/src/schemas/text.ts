import * as v from 'valibot';

/** Text that every store can keep: no lone surrogates, which UTF-8 has no bytes for. */
export const textSchema: v.GenericSchema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed(), 'must be well-formed Unicode'),
);
