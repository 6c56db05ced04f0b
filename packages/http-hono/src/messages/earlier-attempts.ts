import type { MessageJson } from './message-json.ts';

/** Said of a message whose `lostLeases` is above 0. */
export const INTERRUPTED = 'an earlier attempt was interrupted; it may have arrived';

/** Whether an attempt that is over may have arrived although the receiver did not say so. */
export function mayHaveArrived({ history, lostLeases }: MessageJson): boolean {
  return lostLeases > 0 || history.some(({ outcome }) => outcome === 'ambiguous');
}
