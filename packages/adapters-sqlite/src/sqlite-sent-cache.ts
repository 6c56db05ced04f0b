import type { Clock, MessageRepository, SentCache, SentRecord } from '@messaging-system/core';
import type { Connection } from './connection.ts';
import { sentCacheFault } from './error-mapping.ts';
import { type CacheTimes, forgetRecords, recallRecords, rememberRecords } from './sent-cache-rows.ts';

/** The sent cache in the messages' own file: what a settle acks is remembered by being `sent`, so in the transaction that stores it. */
export class SqliteSentCache implements SentCache {
  readonly #connection: Connection;
  readonly #messages: MessageRepository;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor(connection: Connection, messages: MessageRepository, clock: Clock, ttlMs: number) {
    this.#connection = connection;
    this.#messages = messages;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async remember(records: readonly SentRecord[]): Promise<void> {
    const times = this.#times();
    await this.#asCache(this.#connection.write((statements) => rememberRecords(statements, records, times)));
  }

  async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    const times = this.#times();
    return this.#asCache(this.#connection.read((statements) => recallRecords(statements, ids, times)));
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#asCache(this.#connection.write((statements) => forgetRecords(statements, ids)));
  }

  isSettledWith(repository: MessageRepository): boolean {
    return repository === this.#messages;
  }

  #times(): CacheTimes {
    return { now: this.#clock.now(), ttlMs: this.#ttlMs };
  }

  async #asCache<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw sentCacheFault(error, this.#connection.path);
    }
  }
}
