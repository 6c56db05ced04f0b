import { ManualClock, SeededRandom } from '../../src/in-memory/index.ts';
import {
  Dispatcher,
  type DispatcherDependencies,
  type DispatcherOptions,
  type EnqueueRequest,
  type Message,
  Messages,
} from '../../src/index.ts';
import { type StoredView, viewOf } from './builders.ts';
import { EventLog } from './event-log.ts';
import { FaultyRepository, TimedRepository } from './faulty-repository.ts';
import { FaultySentCache } from './faulty-sent-cache.ts';
import { ScriptedSender } from './scripted-sender.ts';

/** The options of a dispatcher, and the time-out of the sender of its world. */
export interface WorldOptions extends Partial<DispatcherOptions> {
  readonly sendTimeoutMs?: number;
}

/** One store, one cache, one receiver, one clock; dispatchers that share them are made with `join`. */
export class World<Repository extends FaultyRepository = FaultyRepository> {
  readonly clock: ManualClock;
  readonly repository: Repository;
  readonly sentCache: FaultySentCache;
  readonly sender: ScriptedSender;
  readonly log: EventLog = new EventLog();
  readonly messages: Messages;
  readonly dispatcher: Dispatcher;
  #seed = 1;

  constructor(
    repository: Repository,
    { sendTimeoutMs = 15_000, ...options }: WorldOptions,
    dependencies: Partial<DispatcherDependencies>,
  ) {
    this.clock = new ManualClock();
    this.repository = repository;
    this.sentCache = new FaultySentCache(this.clock);
    this.sender = new ScriptedSender(() => this.clock.now(), sendTimeoutMs);
    this.messages = new Messages({ repository, clock: this.clock, sentCache: this.sentCache });
    this.dispatcher = this.join(options, { observer: this.log, ...dependencies });
  }

  /** Another dispatcher on the same store, as in another process. */
  join(
    options: Partial<DispatcherOptions> = {},
    dependencies: Partial<DispatcherDependencies> = {},
  ): Dispatcher {
    this.#seed += 1;
    const { repository, sentCache, sender, clock } = this;
    const random = new SeededRandom(this.#seed);
    return new Dispatcher({ repository, sentCache, sender, clock, random, ...dependencies }, options);
  }

  /** Stores messages with the contents `1`, `2`, … in this order. */
  async enqueue(count: number, request: Partial<EnqueueRequest> = {}): Promise<readonly string[]> {
    const requests = Array.from({ length: count }, (_, index) => ({
      phoneNumber: '+905551111111',
      content: `${index + 1}`,
      ...request,
    }));
    const result = await this.messages.enqueueMany(requests);
    if (result.kind !== 'enqueued') throw new Error(`not enqueued: ${result.kind}`);
    return result.items.map((item) => item.message.id);
  }

  async enqueueOne(request: Partial<EnqueueRequest> = {}): Promise<string> {
    const [id] = await this.enqueue(1, request);
    if (id === undefined) throw new Error('nothing was stored');
    return id;
  }

  /** As it is in the store. */
  stored(id: string): StoredView {
    const stored = this.repository.read(id);
    if (stored === null) throw new Error(`${id} is not stored`);
    return viewOf(stored);
  }

  async statuses(): Promise<Readonly<Record<string, number>>> {
    const counts = await this.messages.counts();
    return Object.fromEntries(
      Object.entries(counts).flatMap(([status, { count }]) => (count > 0 ? [[status, count]] : [])),
    );
  }

  async all(): Promise<readonly Message[]> {
    const page = await this.messages.list({ limit: 1000 });
    return page.kind === 'page' ? page.items : [];
  }

  /** Lets what is under way go on, without time, until the condition holds. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 1000; turn += 1) {
      if (await condition()) return;
      await this.clock.advance(0);
    }
    throw new Error('the condition never held');
  }

  /** Lets everything that needs no time be done. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await this.clock.advance(0);
  }

  /** Starts it and lets the first tick be done. */
  async start(): Promise<void> {
    this.dispatcher.start();
    await this.settle();
  }

  async stopped(): Promise<void> {
    this.dispatcher.stop();
    await this.until(() => this.dispatcher.status().state === 'stopped');
  }
}

export function aWorld(
  options: WorldOptions = {},
  dependencies: Partial<DispatcherDependencies> = {},
): World {
  return new World(new FaultyRepository(new SeededRandom()), options, dependencies);
}

/** The store can tell its time, which is the clock's, and some more. */
export function aTimedWorld(storeAheadMs: number, options: WorldOptions = {}): World<TimedRepository> {
  const world = new World(new TimedRepository(new SeededRandom()), options, {});
  world.repository.storeTime = () => world.clock.now() + storeAheadMs;
  return world;
}
