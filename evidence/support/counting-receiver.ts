import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
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

export type Behaviour = (delivery: Delivery, response: ServerResponse, socket: Socket) => void;

/** Accepts, as the Go service's receiver does. */
export const accept: Behaviour = (delivery, response) => {
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: 'Accepted', messageId: `receipt-${delivery.webhookId}` }));
};

/** A receiver on loopback that knows how often it saw each message. */
export class CountingReceiver implements AsyncDisposable {
  readonly port: number;
  readonly deliveries: Delivery[] = [];
  readonly #server: Server;
  readonly #counts = new Map<string, number>();
  readonly #keepsDeliveries: boolean;
  #behaviour: Behaviour;
  #received = 0;

  protected constructor({ server, port }: Listening, behaviour: Behaviour, keepsDeliveries: boolean) {
    this.#server = server;
    this.port = port;
    this.#behaviour = behaviour;
    this.#keepsDeliveries = keepsDeliveries;
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#receive(request, Buffer.concat(chunks).toString(), response));
      request.on('error', () => response.destroy());
    });
  }

  static async start(behaviour: Behaviour = accept): Promise<CountingReceiver> {
    return new CountingReceiver(await listen(), behaviour, true);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
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
    return this.#received - this.#counts.size;
  }

  countOf(webhookId: string): number {
    return this.#counts.get(webhookId) ?? 0;
  }

  /** Ends every connection; nobody listens until `up`. */
  async down(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async up(): Promise<void> {
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  #receive({ headers, url = '' }: IncomingMessage, body: string, response: ServerResponse): void {
    const webhookId = String(headers['webhook-id']);
    const nth = this.countOf(webhookId) + 1;
    this.#counts.set(webhookId, nth);
    const { to, content } = JSON.parse(body);
    const delivery = { webhookId, to, content, headers, path: url, nth };
    this.#received += 1;
    if (this.#keepsDeliveries) this.deliveries.push(delivery);
    if (response.socket === null) return;
    this.#behaviour(delivery, response, response.socket);
  }
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
}

/** A server on a port of its own. */
export async function listen(): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 60_000 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A TCP server's address is an object.
  return { server, port: (server.address() as AddressInfo).port };
}
