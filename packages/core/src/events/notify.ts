import type { DispatcherObserver } from '../ports/dispatcher-observer.ts';
import type { MessagingEvent } from './messaging-event.ts';

/** Tells the observer, if there is one, and drops what it throws. */
export function notify(observer: DispatcherObserver | undefined, event: MessagingEvent): void {
  try {
    observer?.observe(event);
  } catch {
    // Watching must not change what is watched: an observer's own fault is its own to report.
  }
}
