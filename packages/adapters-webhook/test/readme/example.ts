import { KyWebhookSender } from '@messaging-system/adapters-webhook';

export const sender: KyWebhookSender = new KyWebhookSender({
  url: 'https://example.com/hook',
  apiKey: 'the key that the receiver gave',
  signingSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
});
