import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Holds a server to a number of connections. When all are in use, a new one takes the place of the one that has waited longest for its
 * client: idle between requests, or with a request that has not arrived in full. So nobody can shut others out by holding
 * connections open. Where every connection is waiting for this server, the new one is closed.
 */
export class ConnectionLimit {
  readonly #max: number;
  /** Every open connection with the request that it is busy with, the one that has been as it is for longest first. */
  readonly #open = new Map<Socket, IncomingMessage | null>();

  constructor(server: Server, max: number) {
    this.#max = max;
    server.on('connection', (socket: Socket) => this.#admit(socket));
  }

  /** To be told of each request when it begins. */
  begun(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    this.#note(socket, incoming);
    outgoing.once('close', () => {
      if (this.#open.get(socket) === incoming) this.#note(socket, null);
    });
  }

  #admit(socket: Socket): void {
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy();
      return;
    }
    this.#open.set(socket, null);
    socket.once('close', () => this.#open.delete(socket));
  }

  #makeRoom(): boolean {
    for (const [socket, incoming] of this.#open) {
      if (incoming?.complete === true) continue;
      // Not only when it has closed: many may come before that.
      this.#open.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #note(socket: Socket, incoming: IncomingMessage | null): void {
    if (this.#open.delete(socket)) this.#open.set(socket, incoming);
  }
}
