import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the receiver treats what comes in. `reset_after_accept` takes the message and loses the answer. */
export type Mood = 'accept' | 'hang' | 'reset_after_accept' | 'storm_500' | 'storm_429';

export interface Acceptance {
  readonly at: number;
  /** Whether the answer was written: else the sender cannot know. */
  readonly answered: boolean;
}

/** Counts, for each message, every acceptance and when it was. */
export class ChaosReceiver implements AsyncDisposable {
  readonly acceptances = new Map<string, Acceptance[]>();
  readonly port: number;
  #server: Server;
  #mood: Mood = 'accept';
  #lastAcceptedAt = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(): Promise<ChaosReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server's address is an object.
    const receiver = new ChaosReceiver(server, (server.address() as AddressInfo).port);
    receiver.#serve(server);
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  get distinct(): number {
    return this.acceptances.size;
  }

  get lastAcceptedAt(): number {
    return this.#lastAcceptedAt;
  }

  get copies(): number {
    let copies = 0;
    for (const list of this.acceptances.values()) copies += list.length - 1;
    return copies;
  }

  countOf(id: string): number {
    return this.acceptances.get(id)?.length ?? 0;
  }

  behave(mood: Mood): void {
    this.#mood = mood;
  }

  /** Nobody listens until `up`. */
  async down(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async up(): Promise<void> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#serve(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.down();
  }

  #serve(server: Server): void {
    server.keepAliveTimeout = 60_000;
    server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => this.#answer(request, response));
      request.on('error', () => response.destroy());
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const id = String(request.headers['webhook-id']);
    switch (this.#mood) {
      case 'accept':
        response.writeHead(202, { 'content-type': 'application/json' });
        response.end(`{"message":"Accepted","messageId":"receipt-${id}"}`);
        this.#accepted(id, true);
        return;
      case 'reset_after_accept':
        this.#accepted(id, false);
        request.socket.resetAndDestroy();
        return;
      case 'hang':
        return;
      case 'storm_500':
        response.writeHead(500).end();
        return;
      case 'storm_429':
        response.writeHead(429, { 'retry-after': '1' }).end();
    }
  }

  #accepted(id: string, answered: boolean): void {
    this.#lastAcceptedAt = Date.now();
    const list = this.acceptances.get(id);
    const acceptance = { at: this.#lastAcceptedAt, answered };
    if (list === undefined) this.acceptances.set(id, [acceptance]);
    else list.push(acceptance);
  }
}
