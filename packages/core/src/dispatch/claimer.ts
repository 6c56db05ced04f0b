import { journals } from '../policy/ambiguity-policy.ts';
import { isClaim } from '../ports/adapter-answers.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { LeaseBatch } from './lease-batch.ts';
import type { TriagedBatch } from './pipeline.ts';
import { triage } from './triage.ts';

/** Claims a batch and decides, message by message, what is to be done with it. */
export class Claimer {
  readonly #context: DispatchContext;
  #lastClaimAt: number | null = null;

  constructor(context: DispatchContext) {
    this.#context = context;
  }

  get lastClaimAt(): number | null {
    return this.#lastClaimAt;
  }

  /** @throws as the store does; then nothing is known to be leased. */
  async claim(limit: number, isProbe: boolean): Promise<TriagedBatch> {
    const { clock, options, random, repository, store, time, tell } = this.#context;
    const startedAt = clock.now();
    const now = time.now();
    const leasedUntil = now + options.leaseMs;
    const leaseToken = random.token();
    const claimed = await store.call(
      'claimDue',
      () =>
        repository.claimDue({ now, leasedUntil, leaseToken, journals: journals(options.ambiguity), limit }),
      isClaim,
    );
    this.#lastClaimAt = now;
    const interrupted = claimed.filter((one) => one.interrupted).length;
    const durationMs = Math.max(0, clock.now() - startedAt);
    const ids = claimed.map((one) => one.message.id);
    tell({ type: 'batch.claimed', at: now, count: ids.length, interrupted, durationMs, ids });

    const doubtful = claimed.filter((one) => one.interrupted || one.inDoubt || one.foreign);
    const remembered =
      doubtful.length === 0
        ? undefined
        : await this.#context.cache.recall(doubtful.map((one) => one.message.id));
    const decidedAt = time.now();
    const decisions = claimed.map((one) => triage(one, remembered?.get(one.message.id), options, decidedAt));
    return { batch: new LeaseBatch(leaseToken, leasedUntil, claimed, isProbe), decisions };
  }
}
