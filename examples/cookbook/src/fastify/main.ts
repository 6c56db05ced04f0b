import { getRequestListener } from '@hono/node-server';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { confirmOrder, phoneNumberIn } from '../embed/confirm-order.ts';
import { messagingOptions } from '../embed/messaging-options.ts';
import { openMessaging } from '../embed/open-messaging.ts';

const messaging = await openMessaging(messagingOptions(process.env));
const listener = getRequestListener(messaging.fetch);

const app = Fastify();
app.register((scope, _options, done) => {
  // The API reads its bodies itself.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
  const serve = (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    return listener(request.raw, reply.raw);
  };
  scope.all('/messaging', serve);
  scope.all('/messaging/*', serve);
  done();
});
app.post<{ Params: { number: string } }>('/orders/:number/confirmation', async (request, reply) => {
  const order = { number: request.params.number, phoneNumber: phoneNumberIn(request.body) };
  const { status, body } = await confirmOrder(messaging.messages, order);
  return reply.status(status).send(body);
});
app.addHook('preClose', async () => messaging.drain());
app.addHook('onClose', () => messaging[Symbol.asyncDispose]());

try {
  await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });
} catch (error) {
  // It delivers already.
  await app.close();
  throw error;
}
console.log('listening', app.server.address());

const close = (): void => void app.close();
process.once('SIGTERM', close).once('SIGINT', close);
