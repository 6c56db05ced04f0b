import { MemorySeenStore, WebhookReceiver } from '@messaging-system/receiver';
import { receiveWebhooks } from '@messaging-system/receiver/express';
import express from 'express';

const receiver = new WebhookReceiver({
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  seenStore: new MemorySeenStore(),
});

export const app: express.Express = express();
app.post(
  '/hook',
  receiveWebhooks(receiver, async (delivery, request) => {
    console.log('seen once:', delivery.id, delivery.json(), request.headers['user-agent']);
  }),
);
app.use(express.json());
