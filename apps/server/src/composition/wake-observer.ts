import type { DispatcherObserver, MessagingEvent } from '@messaging-system/core';

/** Wakes the dispatcher when messages became due in this process, so that they don't wait for the next tick. */
export class WakeObserver implements DispatcherObserver {
  readonly #wake: () => void;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  observe({ type }: MessagingEvent): void {
    if (type === 'messages.enqueued' || type === 'messages.redriven') this.#wake();
  }
}
