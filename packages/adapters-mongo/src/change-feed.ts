import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Collection,
  MongoClientClosedError,
  MongoNotConnectedError,
  MongoServerError,
  MongoTopologyClosedError,
} from 'mongodb';
import type { StoredDocument } from './stored-document.ts';

/** What an insert and a redrive look like. */
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
 * Hears from a change stream what other processes insert and redrive. There is one stream at a time: the driver resumes it after a lost
 * connection or a fail-over, and one that failed is opened anew after a pause. Where the server has none (a standalone one, one
 * without them, no right to use them) it stays silent, and polling finds what it would have told.
 */
export class ChangeFeed {
  readonly #collection: Collection<StoredDocument>;
  #listening: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(collection: Collection<StoredDocument>) {
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
      // What changed while nobody listened is found by looking once.
      onChange();
    }
  }

  /**
   * Follows one stream to its end and returns what ended it. It iterates: an emitter's `close` event tells of a stream that the driver resumes
   * just as of one that has ended.
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

/** CommandNotSupported, CommandNotFound, 'only supported on replica sets', Unauthorized; or a client that is closed. */
function isForGood(error: unknown): boolean {
  if (error instanceof MongoServerError) return [13, 59, 115, 40_573].includes(Number(error.code));
  return [MongoClientClosedError, MongoNotConnectedError, MongoTopologyClosedError].some(
    (closed) => error instanceof closed,
  );
}
