import type {
  CancelResult,
  ListQuery,
  ListResult,
  Message,
  RedriveFilter,
  RedriveResult,
  StatusCounts,
} from '@messaging-system/core';
import type {
  ClaimedMessage,
  ClaimRequest,
  EraseResult,
  InsertResult,
  LeaseResult,
  MessageRepository,
  NewMessage,
  Settlement,
} from '@messaging-system/core/adapter';
import { noteClaim } from '../model/claim-rules.ts';
import { differenceFrom } from '../model/compare.ts';
import { noteBegin, noteExtension, noteRelease, noteSettle } from '../model/lease-rules.ts';
import type { ModelMessage } from '../model/model-message.ts';
import { noteCancel, noteInsert, noteRedrive, noteRedriveMatching } from '../model/operator-rules.ts';
import type { WorldContext } from '../world-context.ts';
import { type Link, part } from './link.ts';
import { trueTime } from './simulated-clock.ts';

/** Processes of a world remove messages older than this: none in a world is. */
export const PRUNED_AFTER_MS = 86_400_000;

/** The repository as one process has it: over a link on which things go wrong, each effect held against the model. */
export class LinkedRepository implements MessageRepository {
  readonly storeNow?: () => Promise<number>;
  readonly watch?: (onDue: () => void) => () => Promise<void>;
  readonly #world: WorldContext;
  readonly #link: Link;
  readonly #repository: MessageRepository;

  constructor(world: WorldContext, link: Link) {
    this.#world = world;
    this.#link = link;
    this.#repository = world.repository;
    // The world's own: an adapter would tell the machine's time.
    if (world.plan.storeNow)
      this.storeNow = () => link.call('storeNow', [], async () => trueTime(world.scheduler));
    if (world.plan.watch) this.watch = (onDue) => world.calls.watch(link.run, onDue);
  }

  insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    const { model, calls } = this.#world;
    for (const { createdAt } of messages) if (createdAt !== null) calls.dates(this.#link.run, createdAt);
    const about = (): string => `${messages.length}`;
    return this.#link.call('insert', about, async () => {
      const result = await this.#repository.insert(messages);
      noteInsert(model, messages, result, calls.nameOf);
      calls.wake();
      return result;
    });
  }

  claimDue(asked: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const { model, calls, sends, trace } = this.#world;
    const { run } = this.#link;
    const about = (): string => `${model.tokenName(asked.leaseToken)} limit ${asked.limit}`;
    calls.claims(run, asked);
    const claimant = {
      holder: run,
      policy: run.policy,
      isProbing: run.isPaused || run.dispatcher?.status().breaker.state === 'probing',
    };
    return this.#link.call('claimDue', about, async (share) => {
      const request = share === 'all' ? asked : { ...asked, limit: Math.ceil(asked.limit / 2) };
      const claimed = await this.#repository.claimDue(request);
      const ids = claimed.map(({ message }) => message.id);
      trace.add('store', () => `${model.tokenName(request.leaseToken)} leases ${model.names(ids)}`);
      calls.takenOver(ids);
      noteClaim(model, this.#world.claimWindow, request, claimed, claimant);
      for (const { message } of claimed) sends.handedOut(message, request.leaseToken);
      calls.claimed(run, claimed.length);
      await this.#verify(ids);
      return claimed;
    });
  }

  beginAttempt(token: string, ids: readonly string[], begunAt: number): Promise<LeaseResult> {
    return this.#onHeld('beginAttempt', token, ids, async (some) => {
      const result = await this.#repository.beginAttempt(token, some, begunAt);
      noteBegin(this.#world.model, token, some, result);
      return result;
    });
  }

  settle(token: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const { model, sends } = this.#world;
    const ids = settlements.map(({ id }) => id);
    sends.settles(this.#link.run, token, settlements);
    const kinds = new Map(
      settlements.map(({ id, kind, attempt }) => [id, `${kind}${attempt === null ? '' : '+1'}`]),
    );
    return this.#onHeld(
      'settle',
      token,
      ids,
      async (some) => {
        const asked = settlements.slice(0, some.length);
        const result = await this.#repository.settle(token, asked);
        const changed = noteSettle(model, token, asked, result);
        for (const message of changed) sends.settled(message);
        await this.#verifyRemembered(changed);
        sends.stored(token, some);
        this.#world.statistics.staleSettles += result.stale.length;
        return result;
      },
      (id) => `${model.name(id)}=${kinds.get(id)}`,
    );
  }

  extendLease(token: string, ids: readonly string[], leasedUntil: number): Promise<LeaseResult> {
    return this.#onHeld('extendLease', token, ids, async (some) => {
      const result = await this.#repository.extendLease(token, some, leasedUntil);
      noteExtension(this.#world.model, token, some, leasedUntil, result);
      return result;
    });
  }

  release(token: string, ids: readonly string[]): Promise<LeaseResult> {
    return this.#onHeld('release', token, ids, async (some) => {
      const result = await this.#repository.release(token, some);
      noteRelease(this.#world.model, token, some, result);
      this.#world.sends.stored(token, some);
      return result;
    });
  }

  cancel(ids: readonly string[], at: number): Promise<readonly CancelResult[]> {
    const { model } = this.#world;
    return this.#link.call('cancel', ids, async (share) => {
      const some = part(ids, share);
      const results = await this.#repository.cancel(some, at);
      noteCancel(model, some, at, results);
      await this.#verify(some);
      return results;
    });
  }

  redrive(ids: readonly string[], at: number): Promise<readonly RedriveResult[]> {
    const { model, calls } = this.#world;
    calls.dates(this.#link.run, at);
    return this.#link.call('redrive', ids, async (share) => {
      const some = part(ids, share);
      const results = await this.#repository.redrive(some, at);
      noteRedrive(model, some, at, results);
      await this.#verify(some);
      calls.wake();
      return results;
    });
  }

  redriveMatching(filter: RedriveFilter, at: number, limit: number): Promise<number> {
    const { model, calls } = this.#world;
    calls.dates(this.#link.run, at);
    return this.#link.call(
      'redriveMatching',
      () => filter.status,
      async () => {
        const count = await this.#repository.redriveMatching(filter, at, limit);
        const redriven = noteRedriveMatching(model, filter, at, limit, count);
        await this.#verify(redriven.map(({ id }) => id));
        calls.wake();
        return count;
      },
    );
  }

  nextDueAt(): Promise<number | null> {
    return this.#link.call('nextDueAt', [], () => this.#repository.nextDueAt());
  }

  // The rest does not belong to any plan: it goes straight to the adapter.

  findById(id: string): Promise<Message | null> {
    return this.#repository.findById(id);
  }

  list(query: ListQuery): Promise<ListResult> {
    return this.#repository.list(query);
  }

  counts(): Promise<StatusCounts> {
    return this.#repository.counts();
  }

  erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    return this.#repository.erase(phoneNumber, limit);
  }

  prune(settledBefore: number, limit: number): Promise<number> {
    this.#world.calls.prunes(this.#link.run, settledBefore, PRUNED_AFTER_MS);
    return this.#repository.prune(settledBefore, limit);
  }

  #onHeld(
    operation: 'beginAttempt' | 'settle' | 'extendLease' | 'release',
    token: string,
    ids: readonly string[],
    perform: (ids: readonly string[]) => Promise<LeaseResult>,
    describe: (id: string) => string = (id) => this.#world.model.name(id),
  ): Promise<LeaseResult> {
    const { model, trace } = this.#world;
    const about = (): string => `${model.tokenName(token)} ${ids.map(describe).join(' ')}`;
    return this.#link.call(operation, about, async (share) => {
      const some = part(ids, share);
      const result = await perform(some);
      const told = (name: 'held' | 'stale'): string[] =>
        result[name].length === 0 ? [] : [`${name} ${model.names(result[name])}`];
      trace.add(
        'store',
        () => `${operation} ${model.tokenName(token)} ${[...told('held'), ...told('stale')].join(', ')}`,
      );
      await this.#verify(some);
      return result;
    });
  }

  /** Where a settle remembers its acks itself, it has. */
  async #verifyRemembered(settled: readonly ModelMessage[]): Promise<void> {
    const { sentCache, report } = this.#world;
    if (sentCache?.isSettledWith?.(this.#repository) !== true) return;
    const acked = settled.filter(({ status }) => status === 'sent');
    const known = new Set((await sentCache.recall(acked.map(({ id }) => id))).map(({ id }) => id));
    for (const message of acked) {
      if (!known.has(message.id))
        report('remembers before it acks', `the ack of ${message.name} is not remembered with it`, message);
    }
  }

  /** Compares the store's records with its input. */
  async #verify(ids: readonly string[]): Promise<void> {
    const { model } = this.#world;
    for (const id of ids) {
      const message = model.get(id);
      if (message === undefined) continue;
      const difference = differenceFrom(message, await this.#repository.findById(id));
      if (difference !== null) model.reportOn(message)('keeps what it was told', difference);
    }
  }
}
