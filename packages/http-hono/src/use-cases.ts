import type { Dispatcher, Messages } from '@messaging-system/core';
import type { ProcessorStatus } from './processor/processor-json.ts';

/** The operations on messages that the API uses; core's `Messages` fits. */
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

/** The operations on the dispatcher of its process, or on those of its workers, that the API uses; core's `Dispatcher` fits. */
export interface DispatcherUseCases extends Pick<Dispatcher, 'start' | 'stop' | 'dispatchOnce'> {
  status(): ProcessorStatus;
}
