import type { MessageRepository, SentCache, SentRecord } from '@messaging-system/core/adapter';
import type { WorldContext } from '../world-context.ts';
import type { Link } from './link.ts';
import type { LinkedRepository } from './linked-repository.ts';

/** The sent cache as one process has it. */
export class LinkedSentCache implements SentCache {
  readonly #world: WorldContext;
  readonly #link: Link;
  readonly #cache: SentCache;
  readonly #repository: LinkedRepository;

  constructor(world: WorldContext, link: Link, cache: SentCache, repository: LinkedRepository) {
    this.#world = world;
    this.#link = link;
    this.#cache = cache;
    this.#repository = repository;
  }

  remember(records: readonly SentRecord[]): Promise<void> {
    const ids = records.map(({ id }) => id);
    const { model, sends } = this.#world;
    const note = sends.remembers(this.#link.run, ids);
    const done = this.#link.call(
      'remember',
      () => model.names(ids),
      async (share) => {
        await this.#cache.remember(
          share === 'all' ? records : records.slice(0, Math.ceil(records.length / 2)),
        );
      },
    );
    return done.finally(note);
  }

  recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    const { model, sends } = this.#world;
    const note = sends.recalls(this.#link.run, ids);
    const records = this.#link.call(
      'recall',
      () => model.names(ids),
      () => this.#cache.recall(ids),
    );
    return records.then((known) => {
      note(known);
      return known;
    });
  }

  forget(ids: readonly string[]): Promise<void> {
    return this.#link.call(
      'forget',
      () => this.#world.model.names(ids),
      () => this.#cache.forget(ids),
    );
  }

  isSettledWith(repository: MessageRepository): boolean {
    return repository === this.#repository && this.#cache.isSettledWith?.(this.#world.repository) === true;
  }
}
