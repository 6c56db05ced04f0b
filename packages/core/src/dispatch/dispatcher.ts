import { checkDependencies } from '../check-given.ts';
import { type DispatcherObserver, notify } from '../events/dispatcher-observer.ts';
import type { MessagingEvent } from '../events/messaging-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeliveryReconciler } from '../ports/delivery-reconciler.ts';
import type { MessageQueue } from '../ports/message-queue.ts';
import type { Random } from '../ports/random.ts';
import type { SentCache } from '../ports/sent-cache.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import { Claimer } from './claimer.ts';
import { CallDeadlines } from './deadline.ts';
import type { DispatchContext } from './dispatch-context.ts';
import type { DispatchOnceResult } from './dispatch-report.ts';
import { DispatchRun, SOONEST_MS } from './dispatch-run.ts';
import { type CheckedOptions, type DispatcherOptions, dispatcherOptions } from './dispatcher-options.ts';
import type { DispatcherState, DispatcherStatus } from './dispatcher-status.ts';
import { Failures } from './failures.ts';
import { FlowControl } from './flow-control.ts';
import { SentCacheGuard } from './sent-cache-guard.ts';
import { StopForAll } from './stop-for-all.ts';
import { StoreGuard } from './store-guard.ts';
import { StoreTime } from './store-time.ts';
import { WakeSignal } from './wake-signal.ts';

export interface DispatcherDependencies {
  readonly repository: MessageQueue;
  readonly sender: WebhookSender;
  readonly clock: Clock;
  readonly random: Random;
  readonly sentCache?: SentCache;
  /** Needed by the ambiguity policy `reconcile`. */
  readonly reconciler?: DeliveryReconciler;
  readonly observer?: DispatcherObserver;
}

/** Methods that a port has and that its usual mix-ups, such as a store in place of its `messages`, have not. */
const PORTS = {
  repository: ['claimDue', 'settle'],
  sender: ['send'],
  clock: ['now', 'sleep'],
  random: ['next', 'token'],
};

/**
 * Takes due messages out of the store and delivers each. Any number of dispatchers, in any number of processes, may share a store. Faults of the store pause it, faults
 * of the cache do not; it resumes by itself, and none of its methods throws for them except `dispatchOnce`.
 *
 * Modes: stopped --start--> running --stop--> draining --all has ended--> stopped. A start during the drain starts
 * again at its end. `dispatchOnce` needs no mode: it uses the run that is under way, or one of its own.
 *
 * @example
 * ```ts
 * import { Dispatcher } from '@messaging-system/core';
 * import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
 * import { SqliteStore } from '@messaging-system/adapters-sqlite';
 * import { KyWebhookSender } from '@messaging-system/adapters-webhook';
 *
 * const store = await SqliteStore.open({ path: './messages.db' });
 * const sender = new KyWebhookSender({ url: 'https://example.com/hook' });
 * const dispatcher = new Dispatcher(
 *   { repository: store.messages, sentCache: store.sentCache, sender, clock: new SystemClock(), random: new SystemRandom() },
 *   { concurrency: 10, drain: true, intervalMs: 1_000 },
 * );
 * dispatcher.start();
 *
 * dispatcher.stop(); // messages under way may finish
 * await dispatcher.whenStopped();
 * await sender.close();
 * await store.close();
 * ```
 */
export class Dispatcher {
  readonly #context: DispatchContext;
  readonly #claimer: Claimer;
  readonly #wake = new WakeSignal();
  #state: DispatcherState = 'stopped';
  #run: DispatchRun | null = null;
  #ended: Promise<void> = Promise.resolve();
  #startsAgain = false;

  /** @throws InvalidOptionsError naming every problem, UnsupportedRuntimeError where the runtime is too old */
  constructor(dependencies: DispatcherDependencies, options: Partial<DispatcherOptions> = {}) {
    checkDependencies(dependencies, PORTS);
    this.#context = contextOf(
      dependencies,
      dispatcherOptions(options, dependencies.sender.timeoutMs, dependencies.reconciler !== undefined),
      (event) => this.#react(event),
    );
    this.#claimer = new Claimer(this.#context);
  }

  /**
   * Begins to tick, the first tick at once. While it runs a second start only ends a pause that the receiver asked for, and lets an open breaker try one
   * message without waiting for its cool-down; while it drains it starts again when that has ended.
   */
  start(): void {
    this.#context.flow.probeNow();
    if (this.#state === 'draining') this.#startsAgain = true;
    if (this.#state !== 'stopped') {
      this.wake();
      return;
    }
    const run = this.#ensureRun();
    this.#context.failures.clear();
    this.#state = 'running';
    this.#tell({ type: 'dispatcher.started', at: this.#context.time.now() });
    run.startTicking();
  }

  /**
   * Begins to drain and returns at once: no new claims, what has not begun is released, what is under way may finish until the drain deadline and is then cut
   * off as ambiguous. `whenStopped` tells the end.
   */
  stop(): void {
    this.#startsAgain = false;
    if (this.#run === null || this.#state === 'draining') return;
    this.#state = 'draining';
    this.#tell({
      type: 'dispatcher.draining',
      at: this.#context.time.now(),
      inFlight: this.#run.pipeline.inFlight,
    });
    this.#run.stop();
  }

  /** Resolves when nothing is running or draining any more. */
  async whenStopped(): Promise<void> {
    while (this.#run !== null) await this.#ended;
  }

  /** Something may have become due: with `drain`, the next tick is at once. */
  wake(): void {
    if (this.#context.options.drain) this.#wake.wake();
  }

  /** Claims and delivers one batch now, running or not. @throws as the store does when it cannot be claimed from */
  async dispatchOnce(): Promise<DispatchOnceResult> {
    if (this.#state === 'draining' || this.#run?.isClaiming === true) return { kind: 'busy' };
    const { flow, stopForAll } = this.#context;
    const permission = flow.permission();
    if (permission.kind === 'none')
      return { kind: 'paused', reason: permission.reason, until: permission.until };
    const report = await this.#ensureRun().dispatchOnce();
    // Whether there is a stop for all was read before the claim.
    const stop = report.claimed === 0 ? stopForAll.standing() : null;
    return stop === null ? { kind: 'dispatched', report } : { ...stop, kind: 'paused' };
  }

  status(): DispatcherStatus {
    const { failures, flow, options, store, time } = this.#context;
    const { batchSize, intervalMs, drain } = options;
    return {
      state: this.#state,
      breaker: flow.breakerStatus,
      pausedUntil: flow.pausedUntil,
      leased: this.#run?.pipeline.leased ?? 0,
      inFlight: this.#run?.pipeline.inFlight ?? 0,
      lastClaimAt: this.#claimer.lastClaimAt,
      storeFault: store.fault,
      failure: failures.last,
      clockOffsetMs: time.offsetMs,
      pace: { batchSize, intervalMs, drain, nextAt: this.#run?.nextTickAt ?? null },
    };
  }

  /** The present run, or a new one that lives until all its work has ended. */
  #ensureRun(): DispatchRun {
    if (this.#run !== null && !this.#run.isOver) return this.#run;
    const run = new DispatchRun(this.#context, this.#claimer, this.#wake);
    this.#run = run;
    // In a later turn, so that the caller's work is in the run when it is asked for its end.
    this.#ended = Promise.resolve().then(() => this.#live(run));
    return run;
  }

  async #live(run: DispatchRun): Promise<void> {
    await run.untilEnded();
    // Started again between its last work and its end: the newer run has the say.
    if (this.#run !== run) return;
    this.#run = null;
    const wasStarted = this.#state !== 'stopped';
    this.#state = 'stopped';
    if (wasStarted) this.#tell({ type: 'dispatcher.stopped', at: this.#context.time.now() });
    if (this.#startsAgain) {
      this.#startsAgain = false;
      this.start();
    }
  }

  #tell(event: MessagingEvent): void {
    this.#context.tell(event);
  }

  /** The store was asked what becomes due next before this was put off, perhaps. */
  #dueAgain(availableAt: number): void {
    const { clock, options, time } = this.#context;
    if (options.drain) this.#wake.shorten(clock, Math.max(SOONEST_MS, availableAt - time.now()));
  }

  #react(event: MessagingEvent): void {
    if (event.type === 'breaker.closed' || event.type === 'claiming.resumed') this.wake();
    if (event.type === 'message.settled' && event.settlement.kind === 'nack')
      this.#dueAgain(event.settlement.availableAt);
  }
}

function contextOf(
  dependencies: DispatcherDependencies,
  options: CheckedOptions,
  react: (event: MessagingEvent) => void,
): DispatchContext {
  const { repository, sender, clock, random, sentCache, reconciler, observer } = dependencies;
  const tell = (event: MessagingEvent): void => {
    const thrown = notify(observer, event);
    if (thrown !== null) failures.note('observe', thrown.error);
    react(event);
  };
  const deadlines = new CallDeadlines(clock);
  const failures = new Failures(clock, tell);
  const store = new StoreGuard(clock, random, deadlines, options.storeTimeoutMs, failures, tell);
  const time = new StoreTime(clock, repository, store, options.leaseMs, tell);
  const cache = new SentCacheGuard(sentCache, clock, deadlines, failures, tell);
  const flow = new FlowControl(options, clock, () => time.now(), tell);
  return {
    repository,
    sender,
    clock,
    random,
    sentCache,
    reconciler,
    options,
    deadlines,
    time,
    store,
    cache,
    failures,
    flow,
    stopForAll: new StopForAll(repository, store, time, flow),
    tell,
  };
}
