/**
 * The tests that every adapter must pass.
 * @module @messaging-system/contract-tests
 */

export {
  aDeadLetter,
  aHold,
  aMessage,
  aNack,
  aNewMessage,
  anAck,
  anAttempt,
  LEASE_END,
  NOW,
  TRACEPARENT,
} from './builders.ts';
export { clockContract } from './clock/clock.contract.ts';
export {
  type CaseRun,
  type Closable,
  type Contract,
  type ContractCase,
  type ContractRunner,
  mergeContracts,
  registerContract,
  runCase,
} from './define-contract.ts';
export { type FailingCasesOptions, failingCases } from './failing-cases.ts';
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
  WebhookWireFormatHarness,
} from './harness/webhook-sender-harness.ts';
export { messageRepositoryContract } from './message-repository/message-repository.contract.ts';
export { type Receiver, startReceiver } from './receiver/start-receiver.ts';
export { sentCacheContract } from './sent-cache/sent-cache.contract.ts';
export { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { webhookSenderContract } from './webhook-sender/webhook-sender.contract.ts';
export { webhookWireFormatContract } from './webhook-sender/webhook-wire-format.contract.ts';
