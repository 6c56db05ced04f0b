import * as v from 'valibot';

/** The value of a `traceparent` header. Any text: who tries to trace, and fails, is not to be kept from enqueueing (W3C Trace Context §4.3). */
export const traceparentHeaderSchema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.description('The W3C trace context that the delivery belongs to; ignored when it is invalid.'),
);
