import type {
  ClaimedMessage,
  ClaimRequest,
  DeliveryStop,
  LeaseResult,
  Settlement,
} from '../../src/adapter.ts';
import { InMemoryMessageRepository } from '../../src/in-memory/index.ts';
import { StoreRejectedError, StoreUnavailableError } from '../../src/index.ts';

export type StoreOperation =
  | 'claimDue'
  | 'beginAttempt'
  | 'settle'
  | 'extendLease'
  | 'release'
  | 'storeNow'
  | 'deliveryStop';

export type Conduct =
  | 'works'
  /** Unavailable, and nothing took effect. */
  | 'fails'
  /** Rejected, and nothing took effect. */
  | 'refuses'
  /** Took effect, but the answer never came. */
  | 'hangs after'
  /** Never answers and never takes effect. */
  | 'hangs'
  /** Took effect, but a fault is what the caller sees. */
  | 'loses answer'
  /** Any other way: what it resolves to is what the caller gets. */
  | ((work: () => Promise<unknown>, argument: unknown) => Promise<unknown>);

/** The in-memory store with faults that a test switches on, an operation at a time; it counts its calls. */
export class FaultyRepository extends InMemoryMessageRepository {
  readonly calls: StoreOperation[] = [];
  readonly #always = new Map<StoreOperation, Conduct>();
  readonly #next = new Map<StoreOperation, Conduct[]>();

  /** From now on. */
  make(operation: StoreOperation, conduct: Conduct): void {
    this.#always.set(operation, conduct);
  }

  makeAll(conduct: Conduct): void {
    const operations = [
      'claimDue',
      'beginAttempt',
      'settle',
      'extendLease',
      'release',
      'deliveryStop',
    ] as const;
    for (const operation of operations) this.make(operation, conduct);
  }

  /** For the next calls only. */
  next(operation: StoreOperation, ...conducts: readonly Conduct[]): void {
    this.#next.set(operation, [...(this.#next.get(operation) ?? []), ...conducts]);
  }

  count(operation: StoreOperation): number {
    return this.calls.filter((call) => call === operation).length;
  }

  override claimDue(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    return this.through('claimDue', () => super.claimDue(request), request);
  }

  override beginAttempt(token: string, ids: readonly string[], at: number): Promise<LeaseResult> {
    return this.through('beginAttempt', () => super.beginAttempt(token, ids, at), ids);
  }

  override settle(token: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return this.through('settle', () => super.settle(token, settlements), settlements);
  }

  override extendLease(token: string, ids: readonly string[], until: number): Promise<LeaseResult> {
    return this.through('extendLease', () => super.extendLease(token, ids, until), ids);
  }

  override release(token: string, ids: readonly string[]): Promise<LeaseResult> {
    return this.through('release', () => super.release(token, ids), ids);
  }

  override deliveryStop(): Promise<DeliveryStop | null> {
    return this.through('deliveryStop', () => super.deliveryStop(), undefined);
  }

  protected async through<Result>(
    operation: StoreOperation,
    work: () => Promise<Result>,
    argument: unknown,
  ): Promise<Result> {
    this.calls.push(operation);
    const conduct = this.#next.get(operation)?.shift() ?? this.#always.get(operation) ?? 'works';
    if (typeof conduct === 'function') {
      // A conduct of the test's own answers what the operation answers, or breaks the contract on purpose.
      return (await conduct(work, argument)) as Result;
    }
    switch (conduct) {
      case 'works':
        return work();
      case 'fails':
        throw new StoreUnavailableError('scripted fault');
      case 'refuses':
        throw new StoreRejectedError('scripted refusal');
      case 'hangs':
        return new Promise(() => {});
      case 'hangs after':
        await work();
        return new Promise(() => {});
      case 'loses answer':
        await work();
        throw new StoreUnavailableError('the answer was lost');
    }
  }
}

/** A store with a time of its own. */
export class TimedRepository extends FaultyRepository {
  /** The time on the store's clock. */
  storeTime: () => number = () => 0;

  storeNow(): Promise<number> {
    return this.through('storeNow', async () => this.storeTime(), undefined);
  }
}
