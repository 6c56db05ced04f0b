import type { DispatcherObserver } from '../ports/dispatcher-observer.ts';
import type { MessagingEvent } from './messaging-event.ts';
import { notify } from './notify.ts';

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
