import { type Contract, mergeContracts } from '../define-contract.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { answersContract } from './answers.contract.ts';
import { bodiesContract } from './bodies.contract.ts';
import { conductContract } from './conduct.contract.ts';
import { faultsContract } from './faults.contract.ts';
import { webhookSenderHarnessContract } from './webhook-sender-harness.contract.ts';

/** Every promise of `WebhookSender`, whatever its wire format. */
export const webhookSenderContract: Contract<WebhookSenderHarness> = mergeContracts(
  webhookSenderHarnessContract,
  answersContract,
  bodiesContract,
  faultsContract,
  conductContract,
);
