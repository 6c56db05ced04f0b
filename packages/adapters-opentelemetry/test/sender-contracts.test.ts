import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import {
  registerContract,
  startReceiver,
  type WebhookWireFormatHarness,
  webhookSenderContract,
  webhookWireFormatContract,
} from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { TracedWebhookSender } from '../src/index.ts';
import { recordSpans } from './support/recorded-spans.ts';

const TIMEOUT_MS = 300;
const API_KEY = 'a-key';

async function openTraced(): Promise<WebhookWireFormatHarness> {
  const receiver = await startReceiver();
  const url = `${receiver.url}/hook`;
  const sender = new KyWebhookSender({ url, apiKey: API_KEY, timeoutMs: TIMEOUT_MS });
  return {
    sender: new TracedWebhookSender(sender, { url }),
    apiKey: API_KEY,
    signingSecrets: [],
    behave: receiver.behave,
    received: receiver.received,
    close: async () => {
      await Promise.all([sender.close(), receiver.close()]);
    },
  };
}

async function openRecorded(): Promise<WebhookWireFormatHarness> {
  recordSpans();
  return openTraced();
}

const runner = { describe, test };
registerContract('TracedWebhookSender with an SDK', webhookSenderContract, runner, openRecorded);
registerContract(
  'TracedWebhookSender without one, on the wire',
  webhookWireFormatContract,
  runner,
  openTraced,
);
