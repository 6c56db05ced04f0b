import type { DispatcherObserver, MessagingEvent } from '@messaging-system/core';

/** Tells several observers; what one of them throws keeps no other from hearing. */
export class FanOutObserver implements DispatcherObserver {
  readonly #observers: readonly DispatcherObserver[];

  constructor(observers: readonly DispatcherObserver[]) {
    this.#observers = observers;
  }

  observe(event: MessagingEvent): void {
    for (const observer of this.#observers) {
      try {
        observer.observe(event);
      } catch {
        // As core does: watching must not change what is watched.
      }
    }
  }
}
