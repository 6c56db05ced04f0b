import { accept, type Behaviour, CountingReceiver } from '../support/counting-receiver.ts';

/** How the receiver treats what comes in. `reset_after_accept` takes the message and loses the answer. */
export type ReceiverMode = 'accept' | 'hang' | 'reset_after_accept' | 'storm_500' | 'storm_429';

export interface Acceptance {
  readonly at: number;
  /** Whether the answer was written: else the sender cannot know. */
  readonly answered: boolean;
}

/** Counts, for each message, every acceptance and when it was. */
export class ChaosReceiver implements AsyncDisposable {
  readonly acceptances = new Map<string, Acceptance[]>();
  readonly #receiver: CountingReceiver;
  #lastAcceptedAt = 0;

  private constructor(receiver: CountingReceiver) {
    this.#receiver = receiver;
    this.behave('accept');
  }

  static async start(): Promise<ChaosReceiver> {
    return new ChaosReceiver(await CountingReceiver.start(accept, false));
  }

  get url(): string {
    return this.#receiver.url;
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

  behave(mode: ReceiverMode): void {
    this.#receiver.behave(this.#modes[mode]);
  }

  /** Nobody listens until `up`. */
  down(): Promise<void> {
    return this.#receiver.down();
  }

  up(): Promise<void> {
    return this.#receiver.up();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#receiver[Symbol.asyncDispose]();
  }

  readonly #modes: Readonly<Record<ReceiverMode, Behaviour>> = {
    accept: (delivery, response, socket) => {
      accept(delivery, response, socket);
      this.#accepted(delivery.webhookId, true);
    },
    reset_after_accept: ({ webhookId }, _, socket) => {
      this.#accepted(webhookId, false);
      socket.resetAndDestroy();
    },
    hang: () => {},
    storm_500: (_, response) => response.writeHead(500).end(),
    storm_429: (_, response) => response.writeHead(429, { 'retry-after': '1' }).end(),
  };

  #accepted(id: string, answered: boolean): void {
    this.#lastAcceptedAt = Date.now();
    const list = this.acceptances.get(id);
    const acceptance = { at: this.#lastAcceptedAt, answered };
    if (list === undefined) this.acceptances.set(id, [acceptance]);
    else list.push(acceptance);
  }
}
