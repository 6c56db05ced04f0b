import { ApiClientError, MessagingClient } from '@messaging-system/http-hono/client';

export async function remind(client: MessagingClient, phoneNumber: string): Promise<string> {
  try {
    const message = await client.enqueue({
      phoneNumber,
      content: 'See you at ten.',
      idempotencyKey: 'visit-17',
    });
    return message.status; // 'unsent' | 'sent' | 'failed' | 'unknown' | 'cancelled'
  } catch (error) {
    if (error instanceof ApiClientError && error.code === 'invalid_request') return 'not a phone number';
    throw error;
  }
}

export const local: MessagingClient = new MessagingClient({
  url: 'http://127.0.0.1:3000',
  apiKey: 'change-me',
});
