// A receiver that dies in its handler, or does its work: `crash` or `work`, the Redis and the prefix of its keys.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { receiveWebhooks } from '../src/express.ts';
import { WebhookReceiver } from '../src/index.ts';
import { RedisSeenStore } from '../src/redis.ts';
import { SECRET } from './sender.ts';

const [, , how, redisUrl = '', keyPrefix = ''] = process.argv;
const receive = receiveWebhooks(
  new WebhookReceiver({
    secrets: [SECRET],
    seenStore: new RedisSeenStore(new Redis(redisUrl), { keyPrefix, timeoutMs: 10_000 }),
    leaseMs: 3_000,
  }),
  (delivery) => {
    if (how === 'crash') process.kill(process.pid, 'SIGKILL');
    return { messageId: `receipt-${delivery.id}` };
  },
);
const server = createServer((request, response) => receive(request, response, () => response.destroy()));
server.listen(0, '127.0.0.1', () => {
  // A TCP server's address is an object.
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
