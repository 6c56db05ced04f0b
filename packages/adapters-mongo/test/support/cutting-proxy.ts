import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { type ProxyTarget, proxyTarget } from './proxy-target.ts';

/**
 * A TCP proxy in front of a server that cuts connections on demand: the network between a repository and its store.
 */
export class CuttingProxy {
  readonly #server: Server;
  readonly #target: ProxyTarget;
  readonly #pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  #isDown = false;
  #isMuted = false;
  #cutAt: ((request: Buffer) => boolean) | null = null;
  #rewrite: (reply: Buffer) => Buffer = (reply) => reply;

  private constructor(target: ProxyTarget) {
    this.#target = target;
    this.#server = createServer((near) => this.#join(near));
  }

  static async open(uri: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(proxyTarget(uri));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Reaches the server through the proxy and through nothing else. */
  get uri(): string {
    // A server that listens on TCP has an address of this kind.
    const { port } = this.#server.address() as AddressInfo;
    return this.#target.uriThrough(port);
  }

  /** Cuts what is open and lets nobody in until `up`. */
  down(): void {
    this.#isDown = true;
    this.#cutAll();
  }

  up(): void {
    this.#isDown = false;
    this.#isMuted = false;
  }

  /** Takes what is sent and passes on nothing, as a network does that drops packets. */
  mute(): void {
    this.#isMuted = true;
  }

  /** Lets the next request that matches reach the server, and cuts the connection when the answer comes. Resolves when it has. */
  cutNextReply(isIt: (request: Buffer) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#cutAt = (request) => {
        if (!isIt(request)) return false;
        this.#cutAt = null;
        resolve();
        return true;
      };
    });
  }

  /** Changes the bytes of every answer from now on. */
  rewriteReplies(rewrite: (reply: Buffer) => Buffer): void {
    this.#rewrite = rewrite;
  }

  async close(): Promise<void> {
    this.#cutAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    if (this.#isDown) {
      near.destroy();
      return;
    }
    const far = createConnection(this.#target.port, this.#target.host);
    const pair = { near, far };
    let cutsReply = false;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.on('data', (request) => {
      if (this.#isMuted) return;
      if (this.#cutAt?.(request)) cutsReply = true;
      far.write(request);
    });
    far.on('data', (reply) => {
      if (this.#isMuted) return;
      if (cutsReply) end();
      else near.write(this.#rewrite(reply));
    });
  }

  #cutAll(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }
}
