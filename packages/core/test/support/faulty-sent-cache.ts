import type { MessageQueue, SentRecord } from '../../src/adapter.ts';
import { InMemorySentCache } from '../../src/in-memory/index.ts';
import { SentCacheUnavailableError } from '../../src/index.ts';

export type CacheConduct = 'works' | 'fails' | 'hangs' | 'answers rubbish';

/** The in-memory cache with faults that a test switches on. */
export class FaultySentCache extends InMemorySentCache {
  conduct: CacheConduct = 'works';
  /** The repository that remembers its acks here by itself. */
  settlesWith: MessageQueue | null = null;
  readonly remembered: SentRecord[] = [];
  readonly recalled: string[] = [];

  isSettledWith(repository: MessageQueue): boolean {
    return repository === this.settlesWith;
  }

  override async remember(records: readonly SentRecord[]): Promise<void> {
    await this.#misbehave();
    this.remembered.push(...records);
    await super.remember(records);
  }

  override async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    this.recalled.push(...ids);
    await this.#misbehave();
    // Broken on purpose: what an adapter without types may answer.
    if (this.conduct === 'answers rubbish') return null as unknown as readonly SentRecord[];
    return super.recall(ids);
  }

  override async forget(ids: readonly string[]): Promise<void> {
    await this.#misbehave();
    await super.forget(ids);
  }

  async #misbehave(): Promise<void> {
    if (this.conduct === 'fails') throw new SentCacheUnavailableError('scripted fault');
    if (this.conduct === 'hangs') await new Promise(() => {});
  }
}
