import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook on loopback that answers when the test says so. */
export class HeldReceiver implements AsyncDisposable {
  readonly bodies: string[] = [];
  readonly #held: ServerResponse[] = [];
  #isHolding = false;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      this.bodies.push(body);
      if (this.#isHolding) this.#held.push(response);
      else response.writeHead(202).end();
    });
  });

  static async start(): Promise<HeldReceiver> {
    const receiver = new HeldReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    // A TCP server's address is never a pipe's name.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/hook`;
  }

  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    for (const response of this.#held.splice(0)) response.writeHead(202).end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
