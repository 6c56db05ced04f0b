/** Watches the event loop; `stop` tells how often a timer of five milliseconds fired. */
export function watchTicks(): { stop(): number } {
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return count;
    },
  };
}
