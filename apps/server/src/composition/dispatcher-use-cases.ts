import type { DispatcherUseCases } from '@messaging-system/http-hono';

/** The dispatcher for the HTTP API: once the process is about to end, nobody can start it again. */
export function dispatcherUseCases(
  dispatcher: DispatcherUseCases,
  isShuttingDown: () => boolean,
): DispatcherUseCases {
  return {
    start: () => {
      if (!isShuttingDown()) dispatcher.start();
    },
    stop: () => dispatcher.stop(),
    status: () => dispatcher.status(),
    dispatchOnce: async () => (isShuttingDown() ? { kind: 'busy' } : await dispatcher.dispatchOnce()),
  };
}
