export {
  type Closable,
  type Contract,
  type ContractCase,
  type ContractRunner,
  failingCases,
  registerContract,
} from './define-contract.ts';
export type { ClockHarness } from './harness/clock-harness.ts';
export type {
  MessageRepositoryHarness,
  MessageRepositoryProbe,
} from './harness/message-repository-harness.ts';
export type { SentCacheHarness } from './harness/sent-cache-harness.ts';
export type {
  ReceivedRequest,
  ReceiverBehaviour,
  WebhookSenderHarness,
} from './harness/webhook-sender-harness.ts';
