import { setTimeout as sleep } from 'node:timers/promises';
import type { InsertResult } from '@messaging-system/core/adapter';
import {
  type ClientSession,
  MongoClientClosedError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
} from 'mongodb';
import { byIds, type MessageCollection } from './document.ts';
import { hasCode } from './errors.ts';

/**
 * Tells listeners that messages may have become due: what this instance did, and what its change feed hears
 * from others.
 */
export class WakeUps {
  readonly #collection: MessageCollection;
  readonly #listeners = new Set<{ readonly onDue: () => void }>();
  readonly #feed: ChangeFeed | null;
  readonly #storedIds = new WeakMap<ClientSession, string[]>();

  constructor(collection: MessageCollection, hasChangeFeed: boolean) {
    this.#collection = collection;
    this.#feed = hasChangeFeed ? new ChangeFeed(collection) : null;
  }

  watch(onDue: () => void): () => Promise<void> {
    const listener = { onDue };
    this.#listeners.add(listener);
    this.#feed?.open(() => this.wake());
    return async () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) await this.#feed?.close();
    };
  }

  wake(): void {
    for (const { onDue } of this.#listeners) {
      try {
        onDue();
      } catch {
        // An enqueue must not fail because a listener did.
      }
    }
  }

  /**
   * Wakes up when the session has ended and a message that it stored is there. A session reports its end, but
   * not whether it committed. A wake-up before the commit would find nothing.
   */
  wakeAfter(session: ClientSession, result: InsertResult): void {
    if (result.kind === 'conflict') return;
    const ids = result.items.filter(({ kind }) => kind === 'stored').map(({ message }) => message.id);
    const followed = this.#storedIds.get(session);
    if (followed !== undefined) followed.push(...ids);
    else {
      this.#storedIds.set(session, ids);
      session.once('ended', () => void this.#onEnded(session));
    }
  }

  async #onEnded(session: ClientSession): Promise<void> {
    const ids = this.#storedIds.get(session) ?? [];
    this.#storedIds.delete(session);
    // A wake-up may be missed; who enqueued must not learn of it.
    const found = await this.#collection.findOne(byIds(ids), { projection: { _id: 1 } }).catch(() => null);
    if (found !== null) this.wake();
  }
}

/** The form of an insert and of a redrive. */
const BECAME_DUE = [
  {
    $match: {
      $or: [
        { operationType: 'insert' },
        { operationType: 'update', 'updateDescription.updatedFields.status': 'unsent' },
      ],
    },
  },
  { $project: { _id: 1 } },
];

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Hears from a change stream what other processes insert and redrive. There is one stream at a time: the
 * driver resumes it after a lost connection or a fail-over, and one that failed is opened anew after a pause.
 * Where the server has none (a standalone one, one without them, no right to use them) it stays silent, and
 * polling finds what it would have told.
 */
class ChangeFeed {
  readonly #collection: MessageCollection;
  #listening: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(collection: MessageCollection) {
    this.#collection = collection;
  }

  /** Does nothing when it is open. */
  open(onChange: () => void): void {
    if (this.#listening !== null) return;
    this.#listening = new AbortController();
    this.#ended = this.#listen(onChange, this.#listening.signal);
  }

  /** Resolves when the stream and its connection are given back. */
  async close(): Promise<void> {
    this.#listening?.abort();
    this.#listening = null;
    await this.#ended;
  }

  async #listen(onChange: () => void, signal: AbortSignal): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const failure = await this.#follow(signal, () => {
        pauseMs = FIRST_PAUSE_MS;
        onChange();
      });
      if (signal.aborted || isForGood(failure)) return;
      await sleep(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (signal.aborted) return;
      // Changes while nobody listened are found by looking once.
      onChange();
    }
  }

  /**
   * Follows one stream to its end and returns what ended it. It iterates: an emitter's `close` event tells of
   * a stream that the driver resumes just as of one that has ended.
   */
  async #follow(signal: AbortSignal, onChange: () => void): Promise<unknown> {
    const stream = this.#collection.watch(BECAME_DUE);
    const close = (): void => void stream.close().catch(() => undefined);
    signal.addEventListener('abort', close);
    try {
      for await (const _ of stream) {
        if (!signal.aborted) onChange();
      }
      return null;
    } catch (error) {
      return error;
    } finally {
      signal.removeEventListener('abort', close);
    }
  }
}

/** The server cannot, or this user may not; or the client is closed. */
function isForGood(error: unknown): boolean {
  return (
    hasCode(error, 'Unauthorized', 'CommandNotFound', 'CommandNotSupported', 'OnlyOnReplicaSets') ||
    error instanceof MongoClientClosedError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoTopologyClosedError
  );
}
