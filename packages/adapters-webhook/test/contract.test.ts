import {
  registerContract,
  startReceiver,
  type WebhookWireFormatHarness,
  webhookSenderContract,
  webhookWireFormatContract,
} from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { SENDERS } from './senders.ts';

const TIMEOUT_MS = 300;

for (const [name, Sender] of SENDERS) {
  const open = (signingSecrets: readonly string[]) => async (): Promise<WebhookWireFormatHarness> => {
    const receiver = await startReceiver();
    const apiKey = 'a-key';
    const sender = new Sender({ url: `${receiver.url}/hook`, apiKey, signingSecrets, timeoutMs: TIMEOUT_MS });
    return {
      sender,
      apiKey,
      signingSecrets,
      behave: receiver.behave,
      received: receiver.received,
      close: async () => {
        await Promise.all([sender.close(), receiver.close()]);
      },
    };
  };
  const secrets = ['whsec_bmV3LXNlY3JldC1vZi0yNC1ieXRlcw==', 'whsec_b2xkLXNlY3JldC1vZi0yNC1ieXRlcw=='];

  registerContract(name, webhookSenderContract, { describe, test }, open([]));
  registerContract(`${name} on the wire, unsigned`, webhookWireFormatContract, { describe, test }, open([]));
  registerContract(
    `${name} on the wire, signed`,
    webhookWireFormatContract,
    { describe, test },
    open(secrets),
  );
}
