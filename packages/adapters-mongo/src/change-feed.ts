import { type ChangeStream, type Collection, MongoAPIError, MongoServerError } from 'mongodb';
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
 * Hears from a change stream what other processes insert and redrive. The driver resumes a stream after a lost connection; one that failed for
 * good is opened anew after a pause. Where the server has none (a standalone one, one without them, no right to use them) it stays silent,
 * and polling finds what it would have told.
 */
export class ChangeFeed {
  readonly #collection: Collection<StoredDocument>;
  #onChange: (() => void) | null = null;
  #stream: ChangeStream<StoredDocument> | null = null;
  #pause: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(collection: Collection<StoredDocument>) {
    this.#collection = collection;
  }

  /** Does nothing when it is open. */
  open(onChange: () => void): void {
    if (this.#onChange !== null) return;
    this.#onChange = onChange;
    this.#listen();
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#onChange = null;
    this.#stream = null;
    clearTimeout(this.#pause);
    await stream?.close().catch(() => undefined);
  }

  #listen(): void {
    const stream = this.#collection.watch(BECAME_DUE);
    this.#stream = stream;
    stream.on('change', () => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#onChange?.();
    });
    stream.on('error', (error) => this.#onLost(stream, error));
    stream.on('close', () => this.#onLost(stream, null));
  }

  #onLost(stream: ChangeStream<StoredDocument>, error: unknown): void {
    if (this.#stream !== stream) return;
    this.#stream = null;
    if (isForGood(error)) return;
    this.#pause = setTimeout(() => {
      this.#listen();
      // What changed while nobody listened is found by looking once.
      this.#onChange?.();
    }, this.#pauseMs).unref();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** CommandNotSupported, CommandNotFound, 'only supported on replica sets', Unauthorized; or a client that is closed. */
function isForGood(error: unknown): boolean {
  if (error instanceof MongoServerError) return [13, 59, 115, 40_573].includes(Number(error.code));
  return error instanceof MongoAPIError;
}
