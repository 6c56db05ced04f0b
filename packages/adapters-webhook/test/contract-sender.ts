import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { aMessage } from '@messaging-system/contract-tests';
import type { Message } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { onTestFinished } from 'vitest';
import { UndiciWebhookSender, type WebhookSenderOptions } from '../src/index.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface GivenResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server that keeps what it sees and answers as the test says, until the test is over. */
export async function provider(
  answer: (request: SeenRequest) => GivenResponse | Promise<GivenResponse>,
): Promise<{ readonly url: string; readonly seen: SeenRequest[] }> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(request);
      void Promise.resolve(answer(request)).then(({ status, headers: given = {}, body = '' }) => {
        outgoing.writeHead(status, given).end(body);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('it is bound to no port');
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

/** Sends one message with the options. The sender is closed at the end of the test. */
export function senderOf(options: WebhookSenderOptions): UndiciWebhookSender {
  const sender = new UndiciWebhookSender({ timeoutMs: 2_000, ...options });
  onTestFinished(() => sender.close());
  return sender;
}

export function deliver(sender: UndiciWebhookSender, message: Partial<Message> = {}): Promise<SendOutcome> {
  return sender.send(aMessage(message), { attempt: 1, signal: new AbortController().signal });
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): GivenResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
