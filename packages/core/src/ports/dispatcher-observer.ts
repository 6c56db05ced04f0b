import type { MessagingEvent } from '../events/messaging-event.ts';

/**
 * Is told what happens, as it happens; logs, metrics, traces and live pages hang on it. Called synchronously and often: it must be
 * quick. What it throws is dropped, so that watching never changes what is watched.
 */
export interface DispatcherObserver {
  observe(event: MessagingEvent): void;
}
