import type { MessageRepository, StoredMessage } from '@messaging-system/core/adapter';
import type { Closable } from '../define-contract.ts';

/** A fresh, empty store for one case, and the ways to it that the port does not have. */
export interface MessageRepositoryHarness extends Closable {
  readonly repository: MessageRepository;

  /**
   * How far a claim may stray from due order: it may take a message while up to this many messages that were due earlier (of the
   * same stream: with our fields, or without) stay behind. Absent: strict order.
   */
  readonly claimWindow?: number;

  /** Another instance on the same store, as another process would have it; the harness closes it. */
  openAnother(): Promise<MessageRepository>;

  /** An instance whose store cannot be reached, quick to notice it; the harness closes it. Absent where a store is always there. */
  openUnreachable?(): Promise<MessageRepository>;

  readonly probe: MessageRepositoryProbe;

  /**
   * Runs `count` processes of the operating system on this store at once, each claiming with tokens of its own at `now` until nothing is due,
   * `limit` at a time; resolves with the ids that each received. Absent where a store lives in one process.
   */
  raceProcesses?(request: {
    readonly count: number;
    readonly now: number;
    readonly leasedUntil: number;
    readonly limit: number;
  }): Promise<readonly (readonly string[])[]>;
}

/** Reads and writes the store past the repository, so that a write is not verified only by the code that wrote it. */
export interface MessageRepositoryProbe {
  /** The record with the store's own fields; null when it is not there. */
  read(id: string): Promise<StoredMessage | null>;

  /**
   * Puts an unsent message as the Go service writes it, with none of our fields, and returns its id. Absent where no other service
   * can share the store. Messages put one after the other are in that order.
   */
  putForeign?(message: { readonly phoneNumber: string; readonly content: string }): Promise<string>;

  /** The same for a `sent` message whose other service did not store when it was sent. */
  putForeignSent?(message: { readonly phoneNumber: string; readonly content: string }): Promise<string>;

  /** Marks a message `sent` as the Go service does: every field that it does not know stays, those of a lease too. Absent where no other service can share the store. */
  markSentElsewhere?(id: string): Promise<void>;

  /** Puts an unsent record that has no texts to read, as another service or a slip may leave it behind; returns its id. Absent where a schema forbids it. */
  putUnreadable?(): Promise<string>;

  /**
   * Keeps the store from removing the copies that its own files have of what is erased, as a reader of these files does, until the function that it
   * resolves with is called. Absent where a store keeps no such copies.
   */
  holdCopies?(): Promise<() => Promise<void>>;

  /** Puts `count` unsent messages at once, quicker than by inserting them: 100,001 in a second or two. */
  putMany?(count: number): Promise<void>;
}
