import { createServer } from 'node:http';
import { openNotifications } from './open-notifications.ts';

// WEBHOOK_URL=https://example.com/hook npm start, then: curl -X POST localhost:8080/orders/17
await using notifications = await openNotifications({
  file: process.env.NOTIFICATIONS_FILE ?? './data/notifications.db',
  webhookUrl: process.env.WEBHOOK_URL ?? 'http://127.0.0.1:9000/hook',
});

const app = createServer(async (request, response) => {
  const order = /^\/orders\/(\w+)$/.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || order === undefined) {
    response.writeHead(404).end();
    return;
  }
  // The key makes a repeated request for the same order one message.
  const result = await notifications.messages.enqueue({
    phoneNumber: '+905551234567',
    content: `Order ${order} is on its way`,
    idempotencyKey: `order-${order}`,
  });
  response.writeHead(result.kind === 'stored' ? 201 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(result));
});

app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log('listening', app.address()));

await new Promise((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});
app.close();
