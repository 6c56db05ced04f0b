import type { MessagingEvent } from '../events/messaging-event.ts';
import type { SendOutcome } from '../message/send-outcome.ts';
import {
  type BreakerChange,
  type BreakerStatus,
  CircuitBreaker,
  type ClaimPermission,
  endpointHealth,
} from '../policy/circuit-breaker.ts';
import { RateLimiter } from '../policy/rate-limiter.ts';
import { asksToWaitMs } from '../policy/retry-policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckedOptions } from './dispatcher-options.ts';

/** The receiver asked to be left alone. It lasts until a probe gets any other answer, but claims nothing before `until`. */
interface Pause {
  readonly from: number;
  readonly until: number;
  readonly reason: string;
  /** The probe that is under way; null when one may be sent. */
  probe: number | null;
}

/**
 * Whether and how fast the receiver may be called: breaker, pauses that it asked for, rate limit.
 *
 * Modes of a pause: none --the receiver asks for one--> paused --its time--> waiting for a probe --any other answer to
 * it--> none. An operator's start ends it at once. The breaker has modes of its own.
 */
export class FlowControl {
  readonly #options: CheckedOptions;
  readonly #breaker: CircuitBreaker;
  readonly #limiter: RateLimiter | null;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #tell: (event: MessagingEvent) => void;
  #pause: Pause | null = null;

  constructor(
    options: CheckedOptions,
    clock: Clock,
    now: () => number,
    tell: (event: MessagingEvent) => void,
  ) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(options.breaker);
    this.#limiter = options.ratePerSecond === null ? null : new RateLimiter(options.ratePerSecond);
    this.#clock = clock;
    this.#now = now;
    this.#tell = tell;
  }

  get breakerStatus(): BreakerStatus {
    return this.#breaker.status;
  }

  /** Null also when that time has come and nobody has tried yet. */
  get pausedUntil(): number | null {
    if (this.#pause === null) return null;
    const { from, until } = this.#pause;
    const now = this.#now();
    // A clock that was set back makes it last at most twice as long.
    return now < until && until - now <= (until - from) * 2 ? until : null;
  }

  permission(): ClaimPermission {
    const permission = this.#breaker.permission(this.#now());
    if (permission.kind === 'none') return permission;
    if (this.#pause === null) return permission;
    const { reason, probe } = this.#pause;
    const until = this.pausedUntil;
    if (until !== null) return { kind: 'none', reason, until };
    return probe === null
      ? { kind: 'probe' }
      : { kind: 'none', reason, until: this.#now() + this.#options.sendTimeoutMs };
  }

  /** Whether a claimed message may be sent now; a probe may while the breaker or the pause waits for it. */
  maySend(isProbe: boolean): boolean {
    if (this.pausedUntil !== null || (this.#pause !== null && !isProbe)) return false;
    return this.#breaker.status.state === 'closed' || (isProbe && this.#breaker.status.state === 'probing');
  }

  get isClosed(): boolean {
    return this.#breaker.status.state === 'closed';
  }

  /** Takes a place under the rate limit. @returns 0, or how many ms to wait before asking again */
  takePlace(): number {
    // By this process's own clock: store time moves whenever it is measured, and a place would come too early.
    return this.#limiter === null ? 0 : this.#limiter.take(this.#clock.now());
  }

  /** @returns which probe it is */
  probeStarted(): number {
    const probe = this.#breaker.probeStarted();
    if (this.#pause !== null) this.#pause.probe = probe;
    return probe;
  }

  /** If it ended without an answer, another may follow. */
  probeEnded(probe: number): void {
    this.#breaker.probeEnded(probe, this.#now());
    if (this.#pause?.probe === probe) this.#pause.probe = null;
  }

  /** An operator's start: a pause ends, and an open breaker lets one message find out whether the receiver is back. */
  probeNow(): void {
    this.#resume();
    this.#breaker.probeNow(this.#now());
  }

  /**
   * @param isProbe of what was under way when the pause began, nothing tells whether the receiver is ready again
   * @param now by store time
   */
  record(outcome: SendOutcome, isProbe: boolean, now: number): void {
    // Nobody was called: neither for the breaker nor for a pause is that an answer, not even to a probe.
    if (outcome.kind === 'permanent' && outcome.noRequest === true) return;
    const reason = outcome.kind === 'accepted' ? '' : outcome.reason;
    this.#announce(this.#breaker.record(endpointHealth(outcome), reason, now));
    const until = now + asksToWaitMs(this.#options.retry, outcome);
    if (until === now) {
      if (isProbe && this.isClosed && this.pausedUntil === null) this.#resume();
      return;
    }
    if (until <= (this.pausedUntil ?? now)) return;
    this.#pause = { from: now, until, reason, probe: null };
    this.#tell({ type: 'claiming.paused', at: now, until, reason });
  }

  #resume(): void {
    if (this.#pause === null) return;
    this.#pause = null;
    this.#tell({ type: 'claiming.resumed', at: this.#now() });
  }

  #announce(change: BreakerChange): void {
    if (change === 'none') return;
    const at = this.#now();
    const status = this.#breaker.status;
    if (change === 'closed') this.#tell({ type: 'breaker.closed', at });
    if (change === 'opened' && status.state === 'open') {
      this.#tell({ type: 'breaker.opened', at, reason: status.reason, until: status.until });
    }
  }
}
