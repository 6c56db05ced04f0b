import type { Dispatcher, Messages } from '@messaging-system/core';
import type { ProcessorStatus } from './processor/processor-json.ts';

/** What the API does with messages; core's `Messages` fits. */
export type MessagesUseCases = Pick<
  Messages,
  | 'enqueue'
  | 'enqueueMany'
  | 'find'
  | 'list'
  | 'counts'
  | 'oldestDueAgeMs'
  | 'cancel'
  | 'cancelMatching'
  | 'redrive'
  | 'redriveMatching'
  | 'erase'
>;

/** What the API does with the dispatcher of its process, or with those of its workers; core's `Dispatcher` fits. */
export interface DispatcherUseCases extends Pick<Dispatcher, 'start' | 'stop' | 'dispatchOnce'> {
  status(): ProcessorStatus;
}
