import type { WebhookSender } from '@messaging-system/core';
import { startReceiver, type WebhookWireFormatHarness } from '../../src/index.ts';
import { NodeHttpSender } from './node-http-sender.ts';
import type { SenderConfig, SenderParts } from './sender-parts.ts';

const TIMEOUT_MS = 300;
const SIGNING_SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAECAwQFBgcICQoLDA0ODw=='];

/** A double replaces parts of the reference sender, stands in front of it, or changes its configuration. */
export interface BrokenSender {
  readonly parts?: Partial<SenderParts>;
  readonly around?: (reference: WebhookSender) => WebhookSender;
  readonly config?: Partial<SenderConfig>;
}

export async function openNodeHttpSender(broken: BrokenSender = {}): Promise<WebhookWireFormatHarness> {
  const receiver = await startReceiver();
  const told = { url: receiver.url, timeoutMs: TIMEOUT_MS, apiKey: 'key-1', signingSecrets: SIGNING_SECRETS };
  const reference = new NodeHttpSender({ ...told, ...broken.config }, broken.parts);
  return {
    sender: broken.around?.(reference) ?? reference,
    timeoutMs: told.timeoutMs,
    apiKey: told.apiKey,
    signingSecrets: told.signingSecrets,
    behave: (behaviour) => receiver.behave(behaviour),
    received: () => receiver.received(),
    close: async () => {
      reference.close();
      await receiver.close();
    },
  };
}
