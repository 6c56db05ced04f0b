import { UnsupportedRuntimeError } from './errors.ts';

/**
 * Checks for the features that older runtimes lack before anything is accepted: later each message would fail.
 * @throws UnsupportedRuntimeError naming what the runtime lacks
 */
export function checkRuntime(): void {
  if (typeof Promise.withResolvers !== 'function')
    throw new UnsupportedRuntimeError(['Promise.withResolvers']);
}
