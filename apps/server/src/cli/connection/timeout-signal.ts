/**
 * As `AbortSignal.timeout`, but what has arrived when the time is up is read first: a command that was suspended (Ctrl-Z) and goes on takes
 * the answer that is waiting for it. The timer keeps no process alive.
 */
export function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  const end = (): void => controller.abort(new DOMException(`nothing within ${ms} ms`, 'TimeoutError'));
  setTimeout(() => setImmediate(() => setImmediate(end)), ms).unref();
  return controller.signal;
}
