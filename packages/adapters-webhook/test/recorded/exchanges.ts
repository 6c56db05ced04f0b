import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome } from '@messaging-system/core/adapter';
import type { RawServer } from '../raw-server.ts';

/** The requests of a sender without a contract, byte by byte, and its outcomes: as they were recorded before contracts. */
export interface Recorded {
  readonly requests: Readonly<Record<string, string>>;
  readonly outcomes: Readonly<Record<string, SendOutcome>>;
}

interface Sender {
  send(message: Message, context: SendContext): Promise<SendOutcome>;
  close(): Promise<void>;
}

export interface Parts {
  readonly Sender: new (options: Options) => Sender;
  readonly startRawServer: (
    onRequest: (socket: { write(text: string): unknown }, chunk: Buffer) => void,
  ) => Promise<RawServer>;
  readonly message: Message;
  readonly clock: { now(): number; sleep(): Promise<void> };
}

interface Options {
  readonly [name: string]: unknown;
  readonly url: string;
}

const OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  nothing: {},
  'a key': { apiKey: 'the key', apiKeyHeader: 'X-Key' },
  signatures: { signingSecrets: ['whsec_bmV3LXNlY3JldC1vZi0yNC1ieXRlcw==', 'plain text'] },
  'headers and fields': {
    headers: { 'User-Agent': 'mine', 'X-Tenant': 'one' },
    fields: { to: 'phone', content: 'text' },
  },
  'a connection for each': { keepAlive: false },
};

const RESPONSES: readonly string[] = [
  '200 OK\r\ncontent-length: 23\r\n\r\n{"messageId":"an-id-1"}',
  '202 Accepted\r\ncontent-length: 0\r\n\r\n',
  '204 No Content\r\n\r\n',
  '301 Moved\r\nlocation: /\r\ncontent-length: 0\r\n\r\n',
  ...[400, 401, 403, 404, 408, 409, 410, 422, 425, 500, 501, 502, 503, 504, 520, 521, 524, 599].map(
    (status) => `${status} Status\r\ncontent-length: 6\r\n\r\n{"a":1`,
  ),
  '429 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n',
  '429 Busy\r\nx-ratelimit-reset: 9\r\ncontent-length: 0\r\n\r\n',
  '503 Away\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n',
];

export async function exchanges({ Sender, startRawServer, message, clock }: Parts): Promise<Recorded> {
  const requests: Record<string, string> = {};
  const outcomes: Record<string, SendOutcome> = {};
  let response = '';
  let seen = '';
  const server = await startRawServer((socket, chunk) => {
    seen = chunk.toString('latin1').replaceAll(String(server.port), 'PORT');
    socket.write(`HTTP/1.1 ${response}`);
  });
  const send = async (options: Readonly<Record<string, unknown>>): Promise<SendOutcome> => {
    const sender = new Sender({ url: `${server.url}?tenant=1`, clock, ...options });
    const outcome = await sender.send(message, { attempt: 1, signal: new AbortController().signal });
    await sender.close();
    return outcome;
  };
  response = RESPONSES[1] ?? '';
  for (const [name, options] of Object.entries(OPTIONS)) {
    await send(options);
    requests[name] = seen;
  }
  for (const one of RESPONSES) {
    response = one;
    outcomes[one] = await send({});
  }
  await server.close();
  return { requests, outcomes };
}
