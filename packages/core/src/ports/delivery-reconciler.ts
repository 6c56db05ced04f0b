import type { Message } from '../message/message.ts';

/**
 * Asks the provider what became of a delivery whose outcome is unknown. Called no sooner than the send time-out after the
 * attempt began, one call a message at a time; one that takes longer than a send may is given up. Throw (any error) for a fault: it is asked again
 * later and no attempt is counted.
 */
export interface DeliveryReconciler {
  reconcile(message: Message): Promise<Reconciliation>;
}

export type Reconciliation =
  /** It has it: acked, not repeated. */
  | { readonly kind: 'delivered'; readonly webhookMessageId?: string; readonly sentAt?: number }
  /** It certainly does not have it and never will from the earlier attempt: sent again. */
  | { readonly kind: 'absent' }
  /** It can't tell: held as `unknown`. */
  | { readonly kind: 'unsure' };
