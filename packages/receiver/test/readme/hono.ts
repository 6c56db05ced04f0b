import { MemorySeenStore, WebhookReceiver } from '@messaging-system/receiver';
import { receiveWebhooks } from '@messaging-system/receiver/hono';
import { Hono } from 'hono';

const receiver = new WebhookReceiver({
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  seenStore: new MemorySeenStore(),
});

export const app: Hono = new Hono();
app.post(
  '/hook',
  receiveWebhooks(receiver, async (delivery) => {
    console.log('seen once:', delivery.id, delivery.json());
    return { messageId: `receipt-${delivery.id}` };
  }),
);
