import type { Contract } from '../define-contract.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';

/** Every promise of `WebhookSender`. */
export const webhookSenderContract: Contract<WebhookSenderHarness> = {};
