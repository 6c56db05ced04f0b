import {
  accept,
  type Behaviour,
  CountingReceiver,
  type Listening,
  listen,
} from '../support/counting-receiver.ts';

/** How the receiver treats what comes in. `reset_after_accept` takes the message and loses the answer. */
export type ReceiverMode = 'accept' | 'hang' | 'reset_after_accept' | 'storm_500' | 'storm_429';

export interface Acceptance {
  readonly at: number;
  /** Whether the answer was written: else the sender cannot know. */
  readonly answered: boolean;
}

/** Counts acceptances alone, and notes when each was. */
export class ChaosReceiver extends CountingReceiver {
  readonly acceptances: Map<string, Acceptance[]> = new Map();
  lastAcceptedAt = 0;

  private constructor(listening: Listening) {
    super(listening, accept, false);
    this.mode('accept');
  }

  static override async start(): Promise<ChaosReceiver> {
    return new ChaosReceiver(await listen());
  }

  override get distinct(): number {
    return this.acceptances.size;
  }

  override get copies(): number {
    return [...this.acceptances.values()].reduce((copies, list) => copies + list.length - 1, 0);
  }

  override countOf(id: string): number {
    return this.acceptances.get(id)?.length ?? 0;
  }

  mode(name: ReceiverMode): void {
    const modes: Readonly<Record<ReceiverMode, Behaviour>> = {
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
    this.behave(modes[name]);
  }

  #accepted(id: string, answered: boolean): void {
    this.lastAcceptedAt = Date.now();
    const list = this.acceptances.get(id) ?? [];
    this.acceptances.set(id, list);
    list.push({ at: this.lastAcceptedAt, answered });
  }
}
