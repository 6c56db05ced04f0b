import type { WebhookSender } from '@messaging-system/core/adapter';
import { startReceiver, type WebhookWireFormatHarness } from '../../src/index.ts';
import { NodeHttpSender } from './node-http-sender.ts';
import type { SenderConfig, SenderParts } from './sender-parts.ts';

const TIMEOUT_MS = 300;
const SIGNING_SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAECAwQFBgcICQoLDA0ODw=='];

/** A double replaces parts of the reference sender, stands in front of it, or changes its configuration or the harness. */
export interface BrokenSender {
  readonly parts?: Partial<SenderParts>;
  readonly around?: (reference: WebhookSender, config: SenderConfig) => WebhookSender;
  readonly config?: Partial<SenderConfig>;
  readonly harness?: (harness: WebhookWireFormatHarness) => Partial<WebhookWireFormatHarness>;
}

export async function openNodeHttpSender(broken: BrokenSender = {}): Promise<WebhookWireFormatHarness> {
  const receiver = await startReceiver();
  const config = {
    url: receiver.url,
    timeoutMs: TIMEOUT_MS,
    apiKey: 'key-1',
    signingSecrets: SIGNING_SECRETS,
    ...broken.config,
  };
  const reference = new NodeHttpSender(config, broken.parts);
  const harness: WebhookWireFormatHarness = {
    sender: broken.around?.(reference, config) ?? reference,
    apiKey: 'key-1',
    signingSecrets: SIGNING_SECRETS,
    behave: (behaviour) => receiver.behave(behaviour),
    received: () => receiver.received(),
    close: async () => {
      reference.close();
      await receiver.close();
    },
  };
  return { ...harness, ...broken.harness?.(harness) };
}
