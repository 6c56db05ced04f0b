import { performance } from 'node:perf_hooks';

/** Watches the event loop: how often a timer of five milliseconds fired, and the longest time that it did not. */
export function watchTicks(): { stop(): { readonly count: number; readonly longestGapMs: number } } {
  let count = 0;
  let longestGapMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - last);
    last = now;
    count += 1;
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return { count, longestGapMs: Math.max(longestGapMs, performance.now() - last) };
    },
  };
}
