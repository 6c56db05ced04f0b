import { SentCacheUnavailableError } from '@messaging-system/core';
import type {
  Ack,
  LeaseResult,
  MessageRepository,
  SentCache,
  Settlement,
} from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import type { SentCacheHarness } from '../../src/index.ts';
import { TextSentCache, type TextStore } from './text-sent-cache.ts';

export function aTextStore(ttlMs: number = 86_400_000): TextStore {
  return { clock: new ManualClock(), ttlMs, texts: new Map() };
}

/** How a cache, right or broken, stands on a store; each instance is made anew on the same store. */
export interface OnTextStore {
  readonly cache?: (reference: TextSentCache, store: TextStore) => Partial<SentCache>;
  /** The remembered part of a settle, in place of the acks that were held. */
  readonly remembered?: (settlements: readonly Settlement[], result: LeaseResult) => readonly Ack[];
  readonly unreachable?: () => Error;
  readonly harness?: (harness: SentCacheHarness, store: TextStore) => Partial<SentCacheHarness>;
}

export async function openTextSentCache(
  { cache = () => ({}), remembered = heldAcks, ...broken }: OnTextStore = {},
  store: TextStore = aTextStore(),
): Promise<SentCacheHarness> {
  const repository = new SettlingRepository(new TextSentCache(store), remembered);
  const open = (): SentCache => {
    const reference = new TextSentCache(store);
    return {
      remember: (records) => reference.remember(records),
      recall: (ids) => reference.recall(ids),
      forget: (ids) => reference.forget(ids),
      isSettledWith: (other: MessageRepository) => other === repository,
      ...cache(reference, store),
    };
  };
  const harness: SentCacheHarness = {
    cache: open(),
    openAnother: async () => open(),
    openUnreachable: async () => unreachable(broken.unreachable),
    repository,
    ttlMs: store.ttlMs,
    expire: () => store.clock.advance(store.ttlMs),
    probeTtlMs: async (id) => {
      const kept = store.texts.get(id);
      return kept === undefined ? null : kept.expiresAt - store.clock.now();
    },
    corrupt: async (id) => {
      store.texts.set(id, { text: '{"id":', expiresAt: store.clock.now() + store.ttlMs });
    },
    close: async () => undefined,
  };
  return { ...harness, ...broken.harness?.(harness, store) };
}

/** Remembers in the cache what it settles, in the same turn. */
class SettlingRepository extends InMemoryMessageRepository {
  readonly #cache: TextSentCache;
  readonly #remembered: NonNullable<OnTextStore['remembered']>;

  constructor(cache: TextSentCache, remembered: NonNullable<OnTextStore['remembered']>) {
    super(new SeededRandom());
    this.#cache = cache;
    this.#remembered = remembered;
  }

  override async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const result = await super.settle(leaseToken, settlements);
    const acks = this.#remembered(settlements, result);
    await this.#cache.remember(
      acks.map(({ id, webhookMessageId, sentAt }) => ({ id, webhookMessageId, sentAt })),
    );
    return result;
  }
}

export function heldAcks(settlements: readonly Settlement[], { held }: LeaseResult): readonly Ack[] {
  return settlements.filter((settlement) => settlement.kind === 'ack').filter(({ id }) => held.includes(id));
}

function unreachable(
  fault: () => Error = () => new SentCacheUnavailableError('the cache cannot be reached'),
): SentCache {
  const lost = async (): Promise<never> => {
    throw fault();
  };
  return { remember: lost, recall: lost, forget: lost };
}
