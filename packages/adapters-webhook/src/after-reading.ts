/**
 * Runs `work` when the event loop has been around twice: what has arrived by now is read and handled by then. Timers that are due fire
 * before sockets are read, so in a process that was frozen or blocked a deadline would else overtake an answer that came in time.
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
 */
export function afterReading(work: () => void): void {
  setImmediate(() => setImmediate(work));
}
