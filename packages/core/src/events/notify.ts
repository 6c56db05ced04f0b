import type { DispatcherObserver } from '../ports/dispatcher-observer.ts';
import type { MessagingEvent } from './messaging-event.ts';

/** Tells the observer, if there is one. What it throws is returned: watching must not change what is watched. */
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
