import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Delivery {
  readonly webhookId: string;
  readonly to: string;
  readonly content: string;
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  /** Which delivery of this id it is, from 1. */
  readonly nth: number;
}

type Behaviour = (delivery: Delivery, response: ServerResponse, socket: Socket) => void;

/** Accepts, as the Go service's receiver does. */
export const accept: Behaviour = (delivery, response) => {
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: 'Accepted', messageId: `receipt-${delivery.webhookId}` }));
};

/** A receiver on loopback that knows how often it saw each message. */
export class CountingReceiver {
  readonly url: string;
  readonly deliveries: Delivery[] = [];
  readonly #counts = new Map<string, number>();
  readonly #close: () => Promise<void>;
  #behaviour: Behaviour = accept;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(behaviour: Behaviour = accept): Promise<CountingReceiver> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => receiver.#receive(request, Buffer.concat(chunks).toString(), response));
      request.on('error', () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    const receiver = new CountingReceiver(`http://127.0.0.1:${port}/hook`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    receiver.#behaviour = behaviour;
    return receiver;
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  /** How many different messages arrived. */
  get distinct(): number {
    return this.#counts.size;
  }

  /** How many deliveries there were beyond the first of each message. */
  get copies(): number {
    return this.deliveries.length - this.#counts.size;
  }

  countOf(webhookId: string): number {
    return this.#counts.get(webhookId) ?? 0;
  }

  close(): Promise<void> {
    return this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #receive({ headers, url = '' }: IncomingMessage, body: string, response: ServerResponse): void {
    const webhookId = String(headers['webhook-id']);
    const nth = this.countOf(webhookId) + 1;
    this.#counts.set(webhookId, nth);
    const { to, content } = JSON.parse(body);
    const delivery = { webhookId, to, content, headers, path: url, nth };
    this.deliveries.push(delivery);
    if (response.socket === null) return;
    this.#behaviour(delivery, response, response.socket);
  }
}
