import { MemorySeenStore, WebhookReceiver } from '@messaging-system/receiver';
import { keepRawBodies, receiveWebhooks } from '@messaging-system/receiver/fastify';
import Fastify, { type FastifyInstance } from 'fastify';

const receiver = new WebhookReceiver({
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  seenStore: new MemorySeenStore(),
});

export const app: FastifyInstance = Fastify();
app.register((scope, _options, done) => {
  keepRawBodies(scope);
  scope.post(
    '/hook',
    receiveWebhooks(receiver, async (delivery, request) => {
      console.log('seen once:', delivery.id, delivery.json(), request.headers['user-agent']);
    }),
  );
  done();
});
