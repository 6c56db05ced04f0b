import { WebhookReceiver } from '@messaging-system/receiver';
import { RedisSeenStore } from '@messaging-system/receiver/redis';
import { Redis } from 'ioredis';

export const redis: Redis = new Redis('redis://127.0.0.1:6379');
redis.on('error', (error) => console.warn(`Redis: ${error.message}`));

export const receiver: WebhookReceiver = new WebhookReceiver({
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  seenStore: new RedisSeenStore(redis, { keyPrefix: 'seen:' }),
  onEvent: (event) => console.log(event),
});
