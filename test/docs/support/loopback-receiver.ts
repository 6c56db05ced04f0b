import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Stands where the pages say https://example.com/hook: accepts, or answers what its query says (`?answer=429&retry-after=60`). */
export class LoopbackReceiver implements AsyncDisposable {
  readonly url: string;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<LoopbackReceiver> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => answer(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    return new LoopbackReceiver(`http://127.0.0.1:${address.port}/hook`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const wanted = new URL(request.url ?? '/', 'http://receiver').searchParams;
  const retryAfter = wanted.get('retry-after');
  const headers = retryAfter === null ? {} : { 'retry-after': retryAfter };
  response.writeHead(Number(wanted.get('answer') ?? 202), { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ messageId: `receipt-${request.headers['webhook-id']}` }));
}
