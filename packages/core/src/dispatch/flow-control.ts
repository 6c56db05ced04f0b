import type { MessagingEvent } from '../events/messaging-event.ts';
import { type BreakerChange, CircuitBreaker, type ClaimPermission } from '../policy/circuit-breaker.ts';
import { RateLimiter } from '../policy/rate-limiter.ts';
import { honouredRetryAfterMs } from '../policy/retry-policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { SendOutcome } from '../ports/webhook-sender.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { BreakerStatus } from './dispatcher-status.ts';
import { endpointHealth } from './endpoint-health.ts';

/** Whether and how fast the receiver may be called: breaker, pauses that it asked for, rate limit. */
export class FlowControl {
  readonly #options: DispatcherOptions;
  readonly #breaker: CircuitBreaker;
  readonly #limiter: RateLimiter;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #tell: (event: MessagingEvent) => void;
  #pause: { readonly from: number; readonly until: number; readonly reason: string } | null = null;

  constructor(
    options: DispatcherOptions,
    clock: Clock,
    now: () => number,
    tell: (event: MessagingEvent) => void,
  ) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(options.breaker);
    this.#limiter = new RateLimiter(options.ratePerSecond);
    this.#clock = clock;
    this.#now = now;
    this.#tell = tell;
  }

  get breakerStatus(): BreakerStatus {
    return this.#breaker.status;
  }

  get pausedUntil(): number | null {
    if (this.#pause === null) return null;
    const { from, until } = this.#pause;
    const now = this.#now();
    // A clock that was set back makes it last twice as long at the most.
    return now < until && until - now <= (until - from) * 2 ? until : null;
  }

  permission(): ClaimPermission {
    const permission = this.#breaker.permission(this.#now());
    if (permission.kind === 'none') return permission;
    const until = this.pausedUntil;
    return until === null ? permission : { kind: 'none', reason: this.#pause?.reason ?? '', until };
  }

  /** Whether a claimed message may be sent now; a probe may while the breaker waits for it. */
  maySend(isProbe: boolean): boolean {
    if (this.pausedUntil !== null) return false;
    return this.#breaker.status.state === 'closed' || (isProbe && this.#breaker.status.state === 'probing');
  }

  get isClosed(): boolean {
    return this.#breaker.status.state === 'closed';
  }

  /** Takes a place under the rate limit. @returns 0, or how many ms to wait before asking again */
  takePlace(): number {
    // By this process's own clock: store time moves whenever it is measured, and a place would come too early.
    return this.#limiter.take(this.#clock.now());
  }

  /** @returns which probe it is */
  probeStarted(): number {
    return this.#breaker.probeStarted();
  }

  probeEnded(probe: number): void {
    this.#breaker.probeEnded(probe, this.#now());
  }

  /** An operator's start: whatever opened the breaker is taken as mended. */
  reset(): void {
    this.#pause = null;
    this.#announce(this.#breaker.reset());
  }

  record(outcome: SendOutcome): void {
    const now = this.#now();
    const reason = outcome.kind === 'accepted' ? '' : outcome.reason;
    this.#announce(this.#breaker.record(endpointHealth(outcome), reason, now));
    if (outcome.kind !== 'retryable' || outcome.busy !== true) return;
    const until = now + honouredRetryAfterMs(this.#options.retry, outcome.retryAfterMs ?? 0);
    if (until <= (this.pausedUntil ?? now)) return;
    this.#pause = { from: now, until, reason };
    this.#tell({ type: 'claiming.paused', at: now, until, reason });
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
