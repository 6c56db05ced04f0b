import type { DispatcherObserver } from '../ports/dispatcher-observer.ts';
import type { MessagingEvent } from './messaging-event.ts';
import { notify } from './notify.ts';

/** Tells several observers, in their order; what one of them throws keeps no other from hearing. */
export class FanOutObserver implements DispatcherObserver {
  readonly #observers: readonly DispatcherObserver[];

  constructor(observers: readonly DispatcherObserver[]) {
    this.#observers = observers;
  }

  observe(event: MessagingEvent): void {
    for (const observer of this.#observers) notify(observer, event);
  }
}
