import { MessagingError } from '../errors.ts';
import { isInstantOrNull } from '../ports/adapter-answers.ts';
import type { Claimer } from './claimer.ts';
import { withinDeadline } from './deadline.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { type DispatchReport, sumOf } from './dispatch-report.ts';
import type { LeaseBatch } from './lease-batch.ts';
import { Lifetime } from './lifetime.ts';
import { Pipeline } from './pipeline.ts';
import type { WakeSignal } from './wake-signal.ts';

/**
 * From the beginning of one tick to that of the next that is due before its interval: what becomes due one after the other is claimed together, and
 * dispatchers that share a store do not all ask it for each message.
 */
export const SOONEST_MS = 100;

/** How long what was cut off at the drain deadline gets to be stored. */
const LAST_SETTLE_MS = 3_000;

/**
 * One life of a dispatcher, from a start to the end of its drain; its modes are those of {@link Lifetime}. While it
 * runs: claiming (a tick or a single dispatch, one at a time) -> waiting for the next tick -> claiming.
 */
export class DispatchRun {
  readonly pipeline: Pipeline;
  readonly #context: DispatchContext;
  readonly #claimer: Claimer;
  readonly #wake: WakeSignal;
  readonly #lifetime = new Lifetime();
  #work: Promise<void> = Promise.resolve();
  #claiming: Promise<unknown> | null = null;
  #isOver = false;
  #nextTickAt: number | null = null;

  constructor(context: DispatchContext, claimer: Claimer, wake: WakeSignal) {
    this.#context = context;
    this.#claimer = claimer;
    this.#wake = wake;
    this.pipeline = new Pipeline(context, this.#lifetime);
  }

  /** When the next tick begins, at the latest; null while none is waited for. */
  get nextTickAt(): number | null {
    return this.#nextTickAt;
  }

  /** A tick, or a single dispatch, is under way. */
  get isClaiming(): boolean {
    return this.#claiming !== null;
  }

  /** All its work has ended: no more may be given to it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    this.#lifetime.stop();
  }

  /** Begins to tick until stopped. */
  startTicking(): void {
    this.#work = this.#loop();
  }

  /** @throws as the store does */
  async dispatchOnce(): Promise<DispatchReport> {
    const parts = await this.#exclusively(() => this.#claimBatch());
    return sumOf(await Promise.all(parts.map((part) => part.done)));
  }

  /** Waits for all work and what came of it; from the stop on no longer than the drain deadline and a last moment. */
  async untilEnded(): Promise<void> {
    const { clock, options, deadlines } = this.#context;
    const idle = this.#untilIdle();
    await Promise.race([idle, this.#untilStopped()]);
    const drained = await withinDeadline(clock, options.drainDeadlineMs, idle);
    if (drained.kind === 'late') {
      this.#lifetime.cutOffAll();
      await withinDeadline(clock, LAST_SETTLE_MS, idle);
    }
    this.#lifetime.end();
    // Work that still waits for a store or a cache that does not answer stops waiting.
    if (!this.#isOver) deadlines.expireAll();
  }

  #untilStopped(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#lifetime.stopping.aborted) resolve();
      this.#lifetime.stopping.addEventListener('abort', resolve);
    });
  }

  async #untilIdle(): Promise<void> {
    for (let isIdle = false; !isIdle; ) {
      const work = this.#work;
      await work;
      await this.#claiming?.catch(() => undefined);
      await this.pipeline.whenIdle();
      isIdle = work === this.#work && this.#claiming === null && this.pipeline.isIdle;
    }
    this.#isOver = true;
  }

  async #loop(): Promise<void> {
    const { clock, store } = this.#context;
    const unwatch = this.#watch();
    const sleep = (ms: number): Promise<void> =>
      this.#sleep(ms, (left) => clock.sleep(left, this.#lifetime.stopping));
    while (!this.#lifetime.stopping.aborted) {
      let startedAt = clock.now();
      const tick = async (): Promise<true> => {
        startedAt = clock.now();
        // Another single dispatch may have taken its turn by the time that one has ended.
        while (this.#claiming !== null) await this.#claiming.catch(() => undefined);
        await this.#exclusively(() => this.#tick());
        return true;
      };
      if (await store.retry('tick', tick, { end: this.#lifetime.stopping, sleep }))
        await this.#untilNextTick(startedAt);
    }
    await unwatch();
  }

  /** Returns how to end it. A store that can't watch, or can't end it, is polled as any other. */
  #watch(): () => Promise<void> {
    const { failures, options, repository } = this.#context;
    const failed = (error: unknown): void => failures.report('watch', error);
    const onDue = (): void => {
      if (options.drain) this.#wake.wake();
    };
    const unwatch = attempt(() => repository.watch?.(onDue), failed);
    return async () => attempt(() => unwatch?.(), failed)?.catch(failed);
  }

  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const claiming = work();
    this.#claiming = claiming;
    try {
      return await claiming;
    } finally {
      this.#claiming = null;
    }
  }

  async #tick(): Promise<void> {
    if (!this.#context.options.drain) {
      const parts = await this.#claimBatch();
      await Promise.all(parts.map((part) => part.done));
      return;
    }
    while (!this.#lifetime.stopping.aborted) {
      const part = await this.#claim(await this.pipeline.whenRoom());
      if (part === null || part.entries.length === 0) return;
    }
  }

  /** Claims `batchSize` messages, or all that are due, in parts that can begin soon. */
  async #claimBatch(): Promise<readonly LeaseBatch[]> {
    const parts: LeaseBatch[] = [];
    for (let left = this.#context.options.batchSize; left > 0; ) {
      const limit = Math.min(left, await this.pipeline.whenRoom());
      try {
        const part = await this.#claim(limit);
        if (part === null) break;
        parts.push(part);
        if (part.entries.length < limit) break;
        left -= limit;
      } catch (error) {
        // Messages that were claimed before the store failed are delivered and reported; the observer knows of the rest.
        if (parts.length === 0 || !(error instanceof MessagingError)) throw error;
        break;
      }
    }
    return parts;
  }

  /** Null when nothing may be claimed now. */
  async #claim(limit: number): Promise<LeaseBatch | null> {
    const { flow, stopForAll, time } = this.#context;
    await time.refresh();
    if (stopForAll.isStale && !this.#lifetime.stopping.aborted) await stopForAll.refresh();
    const permission = stopForAll.permission();
    if (this.#lifetime.stopping.aborted || permission.kind === 'none') return null;
    const probe = permission.kind === 'probe' ? flow.probeStarted() : null;
    try {
      const triaged = await this.#claimer.claim(probe === null ? limit : 1, probe !== null);
      if (probe !== null) void triaged.batch.done.then(() => flow.probeEnded(probe));
      this.pipeline.submit(triaged);
      return triaged.batch;
    } catch (error) {
      if (probe !== null) flow.probeEnded(probe);
      throw error;
    }
  }

  async #untilNextTick(startedAt: number): Promise<void> {
    const { clock, options, stopForAll, time } = this.#context;
    if (!options.drain) {
      // A clock that was set meanwhile must neither skip nor stretch an interval.
      const elapsedMs = Math.min(Math.max(clock.now() - startedAt, 0), options.intervalMs);
      await this.#sleep(options.intervalMs - elapsedMs, (ms) => clock.sleep(ms, this.#lifetime.stopping));
      return;
    }
    this.#wake.prepare();
    const permission = stopForAll.permission();
    const until = permission.kind === 'none' ? permission.until : await this.#nextDueAt();
    const soonestMs = permission.kind === 'none' ? 1 : startedAt + SOONEST_MS - clock.now();
    const waitMs =
      until === null
        ? options.intervalMs
        : Math.min(options.intervalMs, Math.max(1, soonestMs, until - time.now()));
    await this.#sleep(waitMs, (ms) => this.#wake.sleep(clock, ms, this.#lifetime.stopping));
  }

  async #sleep(ms: number, sleep: (ms: number) => Promise<void>): Promise<void> {
    this.#nextTickAt = this.#context.time.now() + ms;
    await sleep(ms);
    this.#nextTickAt = null;
  }

  /** When something becomes due of what is not due yet; null when nothing does, or when the store can't tell. */
  async #nextDueAt(): Promise<number | null> {
    const { failures, repository, store } = this.#context;
    const claimedAt = this.#claimer.lastClaimAt ?? 0;
    try {
      const dueAt = await store.call('nextDueAt', () => repository.nextDueAt(), isInstantOrNull);
      // Messages that were due at the last claim and were not handed out cannot be had now: they wait for the interval.
      return dueAt !== null && dueAt > claimedAt ? dueAt : null;
    } catch (error) {
      failures.report('nextDueAt', error);
      return null;
    }
  }
}

function attempt<Result>(work: () => Result, failed: (error: unknown) => void): Result | undefined {
  try {
    return work();
  } catch (error) {
    failed(error);
    return undefined;
  }
}
