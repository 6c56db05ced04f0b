import type { Redis } from 'ioredis';
import type { Collection, Document, WithId } from 'mongodb';

/** `time.Time{}`: what a `sentAt` that was never set holds. */
export const GO_ZERO_TIME: Date = new Date('0001-01-01T00:00:00Z');

/** The suffix that it appends to `client.url`. */
export const GO_PATH = '/fa36ba41-1794-4295-8053-d198499d2fc9';

const MESSAGE_LIMIT = 2;
const TTL_S = 24 * 60 * 60;
const PHONE = /^\+905\d{9}$/;
const MOST_BYTES = 100;

/** Where a tick may be cut short, as a SIGKILL does. */
export type Cut = 'after the send' | 'after the mark' | null;

/**
 * The Go service as its database, its cache and its receiver see it: the same commands in the same order as commit b64e34d of
 * ahmetzumber/messaging-system, made with the plain drivers.
 */
export class GoService {
  readonly #messages: Collection;
  readonly #redis: Redis;
  readonly #clientUrl: string;

  constructor(messages: Collection, redis: Redis, clientUrl: string) {
    this.#messages = messages;
    this.#redis = redis;
    this.#clientUrl = clientUrl;
  }

  /** `GetMessages`: no order is asked for. */
  find(status: 'sent' | 'unsent', limit: number): Promise<readonly WithId<Document>[]> {
    return this.#messages.find({ status }, { limit }).toArray();
  }

  /** `processMessages`: what one tick of two minutes does. */
  async tick(cut: Cut = null): Promise<void> {
    for (const message of await this.find('unsent', MESSAGE_LIMIT)) {
      const messageId = await this.#send(message);
      if (messageId === null) continue;
      if (cut === 'after the send') return;
      // The mark comes first, the cache after it.
      await this.#messages.updateOne(
        { _id: message._id },
        { $set: { status: 'sent', webhookMessageId: messageId } },
      );
      if (cut === 'after the mark') return;
      const sentAt = `${new Date().toISOString().slice(0, 19)}Z`;
      await this.#redis.set(String(message._id), JSON.stringify({ messageId, sentAt }), 'EX', TTL_S);
    }
  }

  /** Null: not sent. Any answer counts as sent; one that is not a 2xx with JSON has no id. */
  async #send({ phoneNumber, content }: Document): Promise<string | null> {
    if (!PHONE.test(phoneNumber)) return null;
    if (content.length === 0 || Buffer.byteLength(content) > MOST_BYTES) return null;
    const response = await fetch(this.#clientUrl.replace(/\/+$/, '') + GO_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-ins-auth-key': 'key' },
      body: JSON.stringify({ to: phoneNumber, content }),
    });
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    if (!response.ok || !isJson) return '';
    const { messageId = '' } = (await response.json()) as { readonly messageId?: string };
    return messageId;
  }
}
