import type { ClaimRequest, NewMessage } from '@messaging-system/core/adapter';
import { type Operation, targetOf } from '../plan/operation.ts';
import type { ProcessRun } from '../process/process-run.ts';
import { trueTime } from '../process/simulated-clock.ts';
import { type Report, reportOn } from '../violations.ts';
import type { WorldParts } from '../world-parts.ts';
import { ofTheLastSecond } from './last-second.ts';

interface CallRecord {
  /** When calls failed, in virtual ms, the last few. */
  readonly failures: number[];
  /** When claims found nothing, the last few. */
  readonly emptyClaims: number[];
  lastClaimAt: number;
  /** When a call last went wrong, in whatever way. */
  troubledAt: number;
  wakes: number;
}

// A caller that backs off from 50 ms on fails no more than four or five times within a second: so much for each place and each message of a batch, and
// for claims, stops and starts in addition.
const FAILURES_A_SECOND = 4;
const BESIDES = 10;

// A tenth of the default lease is let be, and a slow answer tells the time less exactly.
const MOST_OFF_MS = 10_000;
// A message that becomes due is claimed at that time, by one of all the dispatchers that ask for it; none of them asks more often.
const DUE_A_SECOND = 10;

/** The longest time from the claim of a message to its send, in seconds. */
const SOON_S = 0.25;

const WORKS_BY_STORE_TIME = 'works by store time where it can be told';

/** Watches how often and when processes call. */
export class CallRules {
  readonly #parts: WorldParts;
  readonly #runs = new WeakMap<ProcessRun, CallRecord>();
  readonly #watchers = new Map<() => void, ProcessRun>();
  readonly #names = new Map<string, string>();
  #extra = 0;

  constructor(parts: WorldParts) {
    this.#parts = parts;
  }

  /** The name of a message, by the content that the plan gave it. */
  readonly nameOf = (asked: NewMessage): string => {
    const name = this.#names.get(asked.content);
    if (name !== undefined) return name;
    this.#extra += 1;
    return `x${this.#extra}`;
  };

  /** A message with this content is to be called so. */
  willName(content: string, name: string): void {
    this.#names.set(content, name);
  }

  called(run: ProcessRun, operation: Operation): void {
    if (operation === 'claimDue') this.#of(run).lastClaimAt = this.#parts.scheduler.now;
  }

  lastClaimAt(run: ProcessRun): number {
    return this.#of(run).lastClaimAt;
  }

  /** Something was planned to go wrong with a call of this process. */
  troubled(run: ProcessRun): void {
    this.#of(run).troubledAt = this.#parts.scheduler.now;
  }

  troubledAt(run: ProcessRun): number {
    return this.#of(run).troubledAt;
  }

  failed(run: ProcessRun, operation: Operation): void {
    const { scheduler, plan } = this.#parts;
    const record = this.#of(run);
    record.troubledAt = scheduler.now;
    // How often callers ask again is their own affair.
    if (targetOf(operation) !== 'store' || run.process.number >= plan.processes.length) return;
    const failures = ofTheLastSecond(record.failures, scheduler.now);
    const most = BESIDES + FAILURES_A_SECOND * (plan.options.concurrency + plan.options.batchSize);
    if (failures > most)
      this.#broken(run)('does not hammer a store that is down', `had ${failures} failing calls in a second`);
  }

  claims(run: ProcessRun, request: ClaimRequest): void {
    const { plan, scheduler } = this.#parts;
    if (!run.isAlive) return;
    const broken = this.#broken(run);
    if (request.journals !== (run.policy !== 'resend'))
      broken('journals before it sends', `claims ${request.journals ? 'with' : 'without'} a journal`);
    if (!run.mayBegin) broken('begins nothing after a stop', 'claims after its stop');
    if (run.isPaused && request.limit > 1)
      broken(
        'sends nothing while the endpoint is shut',
        `claims ${request.limit} before one has shown that the receiver is ready again`,
      );
    if (plan.storeNow) this.#checkTime(run, request.now - trueTime(scheduler));
    const { ratePerSecond } = plan.options;
    if (ratePerSecond !== null && request.limit > Math.max(1, ratePerSecond * SOON_S))
      broken(
        'claims no more than can begin soon',
        `claims ${request.limit}, it may send ${ratePerSecond} a second`,
      );
  }

  /** Something is enqueued or redriven at this instant. */
  dates(run: ProcessRun, at: number): void {
    const { plan, scheduler } = this.#parts;
    const offMs = at - trueTime(scheduler);
    if (plan.storeNow && Math.abs(offMs) > MOST_OFF_MS)
      this.#broken(run)(WORKS_BY_STORE_TIME, `enqueues or redrives by a time that is off by ${offMs} ms`);
  }

  /** Messages that were settled before this instant are removed, being older than this. */
  prunes(run: ProcessRun, settledBefore: number, keepMs: number): void {
    const youngMs = settledBefore - trueTime(this.#parts.scheduler) + keepMs;
    if (youngMs > 0)
      this.#broken(run)(
        'removes nothing by a clock that may be wrong',
        `removes what is ${youngMs} ms too young`,
      );
  }

  claimed(run: ProcessRun, count: number): void {
    const { scheduler, plan } = this.#parts;
    if (count > 0) return;
    const record = this.#of(run);
    const empty = ofTheLastSecond(record.emptyClaims, scheduler.now);
    const most = 6 + DUE_A_SECOND + 2 * Math.ceil(1_000 / plan.options.intervalMs) + record.wakes;
    if (empty > most)
      this.#broken(run)('claims no more often than it must', `claimed nothing ${empty} times in a second`);
  }

  /** Claims that meet expired leases are counted. */
  takenOver(ids: readonly string[]): void {
    const { model, statistics } = this.#parts;
    statistics.leasesTakenOver += ids.filter((id) => model.get(id)?.lease != null).length;
  }

  watch(run: ProcessRun, onDue: () => void): () => Promise<void> {
    const watcher = (): void => onDue();
    this.#watchers.set(watcher, run);
    return async () => {
      this.#watchers.delete(watcher);
    };
  }

  /** Something may have become due: every watcher hears of it a little later. */
  wake(): void {
    for (const [watcher, run] of this.#watchers) {
      if (run.isAlive) this.#of(run).wakes += 1;
      this.#parts.scheduler.after(2, () => run.resume(watcher));
    }
  }

  #checkTime(run: ProcessRun, offMs: number): void {
    const { plan, scheduler } = this.#parts;
    const { leaseMs } = plan.options;
    const since = Math.max(run.process.clockSetAt, this.#of(run).troubledAt, run.lastFrozenAt);
    // A measurement over a slow link, or of a moment ago, may be wrong.
    if (leaseMs < 1_300 || since > scheduler.now - leaseMs - 2 * plan.options.intervalMs) return;
    if (Math.abs(offMs) > leaseMs / 10 + 70)
      this.#broken(run)(WORKS_BY_STORE_TIME, `claims by a time that is off by ${offMs} ms`);
  }

  #broken(run: ProcessRun): Report {
    return reportOn(this.#parts.report, run.name);
  }

  #of(run: ProcessRun): CallRecord {
    let record = this.#runs.get(run);
    if (record === undefined) {
      record = {
        failures: [],
        emptyClaims: [],
        lastClaimAt: this.#parts.scheduler.now,
        troubledAt: Number.NEGATIVE_INFINITY,
        wakes: 0,
      };
      this.#runs.set(run, record);
    }
    return record;
  }
}
