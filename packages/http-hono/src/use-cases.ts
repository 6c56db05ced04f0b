import type { Dispatcher, DispatcherStatus, Messages } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import type { WorkersStatus } from './json/readiness-json.ts';

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

/** Of one dispatcher, or of several in worker processes taken together. */
export interface ProcessorStatus extends DispatcherStatus {
  /** Absent: the process that answers delivers itself. */
  readonly workers?: WorkersStatus;
}

/** The operations on the dispatcher of its process, or on those of its workers, that the API uses; core's `Dispatcher` fits. */
export interface DispatcherUseCases extends Pick<Dispatcher, 'start' | 'stop' | 'dispatchOnce'> {
  status(): ProcessorStatus;
}

/** The stop for every process that a store keeps. */
export type DeliverySwitch = Required<
  Pick<MessageRepository, 'stopDelivery' | 'resumeDelivery' | 'deliveryStop'>
>;

/** Undefined where the store keeps no stop. */
export function deliverySwitchOf(repository: MessageRepository): DeliverySwitch | undefined {
  if (
    repository.stopDelivery === undefined ||
    repository.resumeDelivery === undefined ||
    repository.deliveryStop === undefined
  )
    return undefined;
  return {
    stopDelivery: repository.stopDelivery.bind(repository),
    resumeDelivery: repository.resumeDelivery.bind(repository),
    deliveryStop: repository.deliveryStop.bind(repository),
  };
}
