import type { MessageRepository } from '@messaging-system/core/adapter';

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
