import type { DeliveryStop, MessageQueue } from './message-queue.ts';
import type { MessageRecords } from './message-records.ts';

/**
 * The store of the messages. Every operation is batch-first, takes absolute instants (epoch ms) and decides nothing
 * by a clock of its own. Outcomes of the domain are returned; a fault is thrown as `StoreUnavailableError` (nobody
 * knows whether it took effect) or `StoreRejectedError` (nothing changed). Unknown ids are skipped or reported as
 * such, never a fault. All callers, of all processes, may call everything at the same time.
 */
export interface MessageRepository extends MessageQueue, MessageRecords {
  /**
   * Capability: writes something that means nothing, as durably as anything, and leaves no trace of it. Throws what every other write would be
   * refused with: a store that can be read may have a full disk, or a user without the right to write. Asked by readiness.
   */
  tryWrite?(): Promise<void>;

  /**
   * Capability, with `resumeDelivery` and `deliveryStop`: keeps that delivery is stopped for every process at this
   * store, durably, until it is resumed. Where a stop stands already, that one is kept. It changes no message and holds nobody back by itself: every dispatcher reads it before it claims.
   */
  stopDelivery?(stop: DeliveryStop): Promise<void>;

  /** Removes the stop. Changes nothing where none stands. */
  resumeDelivery?(): Promise<void>;
}
