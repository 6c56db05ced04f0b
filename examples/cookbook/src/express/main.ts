import { once } from 'node:events';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { confirmOrder, phoneNumberIn } from '../embed/confirm-order.ts';
import { messagingOptions } from '../embed/messaging-options.ts';
import { openMessaging } from '../embed/open-messaging.ts';

await using messaging = await openMessaging(messagingOptions(process.env));

const app = express();
// Before express.json(), because the API reads its bodies itself. With `all`, because `use` would cut the prefix off.
app.all('/messaging{/*path}', getRequestListener(messaging.fetch));
app.use(express.json());
app.post('/orders/:number/confirmation', async (request, response) => {
  const order = { number: request.params.number, phoneNumber: phoneNumberIn(request.body) };
  const { status, body } = await confirmOrder(messaging.messages, order);
  response.status(status).json(body);
});

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
await once(server, 'listening');
console.log('listening', server.address());

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
messaging.drain();
server.close();
await once(server, 'close');
