import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';
import { type Frame, frame, framesOf, OP_MSG, readCommand, writeReply } from './op-msg.ts';
import { type ProxyTarget, proxyTarget } from './proxy-target.ts';

/** Passes a command on to the real server and resolves with what that answers. */
export type Pass = (command: Document) => Promise<Document>;

/**
 * Answers a command: as the real server does (`pass`), with a command or a reply that was rewritten, in the server's place, or later. Null cuts
 * the connection without an answer.
 */
export type Answer = (command: Document, pass: Pass) => Promise<Document | null>;

/**
 * A server that speaks MongoDB's wire protocol and passes commands on to the real one. A test rewrites commands and replies, so that the driver and the
 * adapter meet what another server, another version or a fail-over would answer.
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
export class WireProxy {
  readonly #server: Server;
  readonly #target: ProxyTarget;
  readonly #sockets = new Set<Socket>();
  readonly #faults: unknown[] = [];
  #answer: Answer = (command, pass) => pass(command);

  private constructor(target: ProxyTarget) {
    this.#target = target;
    this.#server = createServer((near) => void this.#serve(near));
  }

  static async open(uri: string): Promise<WireProxy> {
    const proxy = new WireProxy(proxyTarget(uri));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Reaches the server through the proxy and through nothing else. */
  get uri(): string {
    // A server that listens on TCP has an address of this kind.
    const { port } = this.#server.address() as AddressInfo;
    return this.#target.uriThrough(port, '&serverMonitoringMode=poll');
  }

  /** From now on commands are answered so. */
  answerWith(answer: Answer): void {
    this.#answer = answer;
  }

  /** Cuts every connection that is open; new ones are let in. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Throws what an answer of the test's own has thrown. */
  async close(): Promise<void> {
    this.cutAll();
    this.#server.close();
    await once(this.#server, 'close');
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  async #serve(near: Socket): Promise<void> {
    const far = createConnection(this.#target.port, this.#target.host);
    const both = [near, far];
    const end = (): void => {
      for (const socket of both) {
        this.#sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      // Connections that break are what the proxy is for.
      socket.on('error', end).on('close', end);
    }
    const replies = framesOf(far);
    for await (const request of framesOf(near)) {
      const reply = await this.#exchange(request, async (sent) => {
        far.write(sent.bytes);
        const { value, done } = await replies.next();
        return done === true ? null : value;
      });
      if (reply === null) break;
      near.write(reply.bytes);
    }
    end();
  }

  /** A client waits for the answer before it sends the next request, so that there is one at a time. */
  async #exchange(request: Frame, send: (request: Frame) => Promise<Frame | null>): Promise<Frame | null> {
    // The first handshake has an older form.
    if (request.opCode !== OP_MSG) return send(request);
    const asked = readCommand(request);
    let isCut = false;
    const pass: Pass = async (command) => {
      const reply = await send(command === asked ? request : frame(request.id, 0, BSON.serialize(command)));
      isCut = reply === null;
      return reply === null ? {} : readCommand(reply);
    };
    try {
      const reply = await this.#answer(asked, pass);
      return reply === null || isCut ? null : writeReply(request, reply);
    } catch (fault) {
      this.#faults.push(fault);
      return null;
    }
  }
}
