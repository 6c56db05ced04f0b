import { UnsupportedRuntimeError } from './errors.ts';

/**
 * What the packages need and older runtimes lack is looked for before anything is accepted: later it would fail for each message.
 * @throws UnsupportedRuntimeError naming what the runtime lacks
 */
export function checkRuntime(): void {
  if (typeof Promise.withResolvers !== 'function')
    throw new UnsupportedRuntimeError(['Promise.withResolvers']);
}
