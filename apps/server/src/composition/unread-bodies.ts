import type { IncomingMessage, ServerResponse } from 'node:http';

// More clients than mean well send what is refused at the same time. Each of the others costs up to 64 KB for every read.
const MOST_READ_ON = 16;

/**
 * Limits what is read of bodies that were refused before they had arrived. A client that is still writing would meet a reset if its connection were
 * closed, and never see why, so node:http reads on, and `@hono/node-server` ends that after half a second. Nobody needs what is read, but it fills the
 * memory until it is collected. Where enough connections are read on already, the next one is closed when its answer is written.
 */
export class UnreadBodies {
  readonly #readOn = new Set<IncomingMessage>();

  /** To be told of each request when it begins. */
  begun(incoming: IncomingMessage, outgoing: ServerResponse): void {
    outgoing.once('finish', () => {
      if (incoming.complete) return;
      if (this.#readOn.size >= MOST_READ_ON) {
        incoming.socket.destroySoon();
        return;
      }
      this.#readOn.add(incoming);
      incoming.once('close', () => this.#readOn.delete(incoming));
    });
  }
}
