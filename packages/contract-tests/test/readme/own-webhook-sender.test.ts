import {
  registerContract,
  startReceiver,
  type WebhookWireFormatHarness,
  webhookSenderContract,
  webhookWireFormatContract,
} from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { OwnWebhookSender } from './own-webhook-sender.ts';

async function openHarness(): Promise<WebhookWireFormatHarness> {
  const receiver = await startReceiver();
  const settings = {
    apiKey: 'a-key',
    signingSecrets: ['whsec_c2l4dGVlbiBieXRlcyBvciBtb3Jl'],
  };
  const sender = new OwnWebhookSender({ url: receiver.url, timeoutMs: 400, ...settings });
  return {
    sender,
    ...settings,
    behave: (behaviour) => receiver.behave(behaviour),
    received: () => receiver.received(),
    close: async () => {
      sender.close();
      await receiver.close();
    },
  };
}

registerContract('OwnWebhookSender', webhookSenderContract, { describe, test }, openHarness);
registerContract('OwnWebhookSender on the wire', webhookWireFormatContract, { describe, test }, openHarness);
