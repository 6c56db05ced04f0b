import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/**
 * Holds a server to a number of connections. When all are in use, a new one takes the place of the one that has waited longest for its
 * client: idle between requests, with a request that has not arrived in full, or with an answer that the client does not take. So nobody
 * can shut others out by holding connections open. Where every connection is waiting for this server, the new one is closed.
 */
export class ConnectionLimit {
  readonly #max: number;
  /** Every open connection with what it is busy with, the one that has been as it is for longest first. */
  readonly #open = new Map<Socket, Exchange | null>();

  constructor(server: Server, max: number) {
    this.#max = max;
    server.on('connection', (socket: Socket) => this.#admit(socket));
  }

  /** Call it for each request when it begins. */
  begun(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    const exchange = { incoming, outgoing };
    const unlessOver = (now: Exchange | null) => (): void => {
      if (this.#open.get(socket) === exchange) this.#note(socket, now);
    };
    this.#note(socket, exchange);
    // Everything is said: from here on it waits for the client, and not since the request began.
    outgoing.once('prefinish', unlessOver(exchange));
    outgoing.once('close', unlessOver(null));
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
    for (const [socket, exchange] of this.#open) {
      if (exchange !== null && !waitsForClient(exchange)) continue;
      // Not only when it has closed: many may come before that.
      this.#open.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #note(socket: Socket, exchange: Exchange | null): void {
    if (this.#open.delete(socket)) this.#open.set(socket, exchange);
  }
}

/** For the rest of the request, or for the client to take the answer. */
function waitsForClient({ incoming, outgoing }: Exchange): boolean {
  return !incoming.complete || outgoing.writableEnded || outgoing.writableNeedDrain;
}

// Well-meaning clients seldom have more refused bodies than this at the same time. Each further one costs up to 64 KB for every read.
const MOST_READ_ON = 16;

/**
 * Limits what is read of bodies that were refused before they had arrived. A client that is still writing would meet a reset if its connection were
 * closed, and never see why, so node:http reads on, and `@hono/node-server` ends that after half a second. Nobody needs what is read, but it fills the
 * memory until it is collected. Where enough connections are read on already, the next one is closed when its answer is written.
 */
export class UnreadBodies {
  readonly #readOn = new Set<IncomingMessage>();

  /** Call it for each request when it begins. */
  begun(incoming: IncomingMessage, outgoing: ServerResponse): void {
    outgoing.once('finish', () => {
      if (incoming.complete || incoming.destroyed) return;
      if (this.#readOn.size >= MOST_READ_ON) {
        incoming.socket.destroySoon();
        return;
      }
      this.#readOn.add(incoming);
      incoming.once('close', () => this.#readOn.delete(incoming));
    });
  }
}

type RequestListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** More than any client pipelines that means well. */
const MOST_WAITING = 100;

/**
 * Answers the requests of one connection one after the other, each when the answer before it was taken. node:http begins all that one packet
 * holds, over a thousand, and keeps their answers until they are read. A connection that has too many waiting is closed.
 */
export function oneAtATime(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const next = (): void => {
      const following = waiting.get(socket)?.shift();
      if (following === undefined) waiting.delete(socket);
      else if (!socket.destroyed) following();
    };
    const begin = (): void => {
      outgoing.once('close', next);
      listener(incoming, outgoing);
    };
    const queue = waiting.get(socket);
    if (queue === undefined) {
      waiting.set(socket, []);
      begin();
    } else if (queue.length < MOST_WAITING) {
      queue.push(begin);
    } else {
      socket.destroy();
    }
  };
}
