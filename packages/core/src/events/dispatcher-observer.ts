import type { MessagingEvent } from './messaging-event.ts';

/**
 * Receives each event as it happens; logs, metrics, traces and live pages hang on it. Called synchronously and often: it must be
 * quick. Its errors are dropped, so that watching never changes what is watched.
 */
export interface DispatcherObserver {
  observe(event: MessagingEvent): void;
}

/** Tells the observer, if there is one. Its error is returned: watching must not change what is watched. */
export function notify(
  observer: DispatcherObserver | undefined,
  event: MessagingEvent,
): { readonly error: unknown } | null {
  try {
    observer?.observe(event);
    return null;
  } catch (error) {
    return { error };
  }
}

/** Tells several observers, in their order; what one of them throws keeps no other from hearing. The first error is thrown when all have heard. */
export class FanOutObserver implements DispatcherObserver {
  readonly #observers: readonly DispatcherObserver[];

  constructor(observers: readonly DispatcherObserver[]) {
    this.#observers = observers;
  }

  observe(event: MessagingEvent): void {
    const thrown = this.#observers.map((observer) => notify(observer, event)).find((one) => one !== null);
    if (thrown != null) throw thrown.error;
  }
}
